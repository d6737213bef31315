import { ValidateBy } from 'class-validator';
import { personInText } from '#journey';

/** The text stays in the log for ever, in clear: it holds no e-mail address and no telephone number. */
export function NamesNobody(): PropertyDecorator {
  return ValidateBy({
    name: 'namesNobody',
    validator: {
      validate: (value: unknown) => typeof value !== 'string' || personInText(value) === undefined,
      defaultMessage: () =>
        'must not hold an e-mail address or a telephone number: it stays in the log for ever',
    },
  });
}
