import { LedgerError } from '#event-sourcing';

/** The media type of a Content-Type header in lower case, without parameters; '' when there is none. */
export function mediaTypeOf(contentType: string | undefined): string {
  const [type = '', ...parameters] = (contentType ?? '').split(';');
  for (const parameter of parameters) {
    const charset = /^\s*charset\s*=\s*"?([^"\s]+)"?\s*$/i.exec(parameter)?.[1];
    if (charset !== undefined && !/^(utf-?8|us-ascii)$/i.test(charset)) {
      throw new LedgerError('unsupported-media-type', 'send text in UTF-8');
    }
  }
  return type.trim().toLowerCase();
}

/** Whether the media type says JSON. */
export function isJsonType(mediaType: string): boolean {
  return mediaType === 'application/json' || mediaType === 'text/json' || /^[^;]+\+json$/.test(mediaType);
}
