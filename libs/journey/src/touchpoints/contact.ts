import { FactField, Touchpoint } from '../declare.js';
import { Flag, Id, Label, OneOf, Optional, Seconds } from '../fields.js';
import { STEP } from '../steps.js';
import { CHANNELS, type Channel } from '../words.js';

/** A conversation begins: the customer reaches out, or the company does. Waiting and reachability start here. */
@Touchpoint({ name: 'ContactStarted', version: 1, step: STEP.ContactStarted })
export class ContactStarted {
  @FactField() @Id() readonly contactId!: string;
  @FactField() @OneOf(CHANNELS) readonly channel!: Channel;
  @FactField() @OneOf(['inbound', 'outbound']) readonly direction!: 'inbound' | 'outbound';
  @FactField() @Optional() @Label() readonly queue?: string | null;
  @FactField() @Optional() @Label(500) readonly reason?: string | null;
}

/** The customer is handed to somebody else; having to tell everything again is what makes it an effort. */
@Touchpoint({ name: 'ContactTransferred', version: 1, step: STEP.ContactTransferred })
export class ContactTransferred {
  @FactField() @Id() readonly contactId!: string;
  @FactField() @Optional() @Id() readonly issueId?: string | null;
  @FactField() @Optional() @Id() readonly fromAgentId?: string | null;
  @FactField() @Optional() @Id() readonly toAgentId?: string | null;
  @FactField() @Optional() @Id() readonly toTeam?: string | null;
  /** The customer had to tell again what had been told before. */
  @FactField() @Optional() @Flag() readonly informationRepeated?: boolean | null;
}

/** The conversation is over. Completed does not mean resolved; abandoned means that nobody answered in time. */
@Touchpoint({ name: 'ContactEnded', version: 1, step: STEP.ContactEnded })
export class ContactEnded {
  @FactField() @Id() readonly contactId!: string;
  @FactField()
  @OneOf(['completed', 'abandoned', 'dropped'])
  readonly disposition!: 'completed' | 'abandoned' | 'dropped';
  @FactField() @Optional() @Seconds() readonly talkSeconds?: number | null;
  @FactField() @Optional() @Seconds() readonly holdSeconds?: number | null;
  @FactField() @Optional() @Seconds() readonly afterContactSeconds?: number | null;
  @FactField() @Optional() @Seconds() readonly waitSeconds?: number | null;
}
