import { evidenceReadme, verifierProgram } from '#evidence';
import type { EvidenceFile, EvidenceSubject } from '#evidence';
import type { EvidenceAnswers, EvidenceMoment } from './evidence-answers.js';
import type { PersonEvents } from './evidence-events.js';

interface FilesParts {
  readonly subject: EvidenceSubject;
  readonly events: PersonEvents;
  /** How many they are. */
  readonly count: number;
  readonly answers: EvidenceAnswers;
  readonly moment: EvidenceMoment;
  readonly checkpoint: string;
  readonly log: () => Promise<{ readonly verifiers: readonly { readonly verifier: string }[] }>;
}

/** The files of a customer's evidence, in the order in which they are packed. */
export async function* evidenceFiles(parts: FilesParts): AsyncGenerator<EvidenceFile> {
  const { subject, events, count, answers, moment, checkpoint, log } = parts;
  const text = (name: string, about: string, content: string): EvidenceFile => ({
    name,
    about,
    content: [content],
  });
  yield text('README.md', 'what this is and how to check it, in English and Urdu', evidenceReadme(subject));
  yield text('verify.mjs', 'checks everything in this folder: node verify.mjs', verifierProgram());
  yield text('views.json', 'what the ledger says of the customer', moment.views);
  yield text('identity.json', 'all identities of the person and their merges', moment.identity);
  yield { name: 'events.ndjson', about: 'the recorded events', content: events.events() };
  yield { name: 'proofs.ndjson', about: 'proofs that they stand in the log', content: events.proofs() };
  yield text('checkpoint.txt', 'size and root of the log, signed', checkpoint);
  const { verifiers } = await log();
  const keys = verifiers.map(({ verifier }) => `${verifier}\n`).join('');
  yield text('verifiers.txt', 'public keys of the log, the one that signs now first', keys);
  for (const view of answers.scoredViews)
    yield {
      name: `explanation-${view}.ndjson`,
      about: `why the score of ${view} is what it is`,
      content: answers.explanation(view, moment, count),
    };
  yield { name: 'policies.ndjson', about: 'policies and models', content: answers.policies(moment) };
  yield {
    name: 'access.ndjson',
    about: 'who looked at or changed the data',
    content: answers.access(moment),
  };
}
