import { FactField, Means, Touchpoint } from '../declare.js';
import { Flag, Id, Label, OneOf, Optional, Seconds } from '../fields.js';
import { STEP } from '../steps.js';
import { CHANNELS, type Channel } from '../words.js';

@Touchpoint({
  name: 'ContactStarted',
  version: 1,
  step: STEP.ContactStarted,
  means:
    'A conversation begins, started by the customer (inbound) or by the company (outbound). Waiting times are measured from here.',
})
export class ContactStarted {
  @FactField() @Id() readonly contactId!: string;
  @FactField() @OneOf(CHANNELS) readonly channel!: Channel;
  @Means('Who began: `inbound` the customer, `outbound` the company.')
  @FactField()
  @OneOf(['inbound', 'outbound'])
  readonly direction!: 'inbound' | 'outbound';
  @FactField() @Optional() @Label() readonly queue?: string | null;
  @FactField() @Optional() @Label(500) readonly reason?: string | null;
}

@Touchpoint({
  name: 'ContactTransferred',
  version: 1,
  step: STEP.ContactTransferred,
  means: 'The customer is handed to somebody else within the conversation.',
})
export class ContactTransferred {
  @FactField() @Id() readonly contactId!: string;
  @FactField() @Optional() @Id() readonly issueId?: string | null;
  @FactField() @Optional() @Id() readonly fromAgentId?: string | null;
  @FactField() @Optional() @Id() readonly toAgentId?: string | null;
  @FactField() @Optional() @Id() readonly toTeam?: string | null;
  @Means('The customer had to tell again what had been told before.')
  @FactField()
  @Optional()
  @Flag()
  readonly informationRepeated?: boolean | null;
}

@Touchpoint({
  name: 'ContactEnded',
  version: 1,
  step: STEP.ContactEnded,
  means:
    'The conversation is over. `completed` does not mean resolved; `abandoned` means that the customer gave up waiting.',
})
export class ContactEnded {
  @FactField() @Id() readonly contactId!: string;
  @Means(
    'How it ended: `completed` (spoken to the end), `abandoned` (the customer gave up waiting), `dropped` (the line broke).',
  )
  @FactField()
  @OneOf(['completed', 'abandoned', 'dropped'])
  readonly disposition!: 'completed' | 'abandoned' | 'dropped';
  @Means('Time spent talking, seconds.')
  @FactField()
  @Optional()
  @Seconds()
  readonly talkSeconds?: number | null;
  @Means('Time on hold, seconds.')
  @FactField()
  @Optional()
  @Seconds()
  readonly holdSeconds?: number | null;
  @Means('Work after the conversation, seconds.')
  @FactField()
  @Optional()
  @Seconds()
  readonly afterContactSeconds?: number | null;
  @FactField() @Optional() @Seconds() readonly waitSeconds?: number | null;
}
