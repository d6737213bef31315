import type { EvidenceSubject } from './package.js';

/** What a person reads first: English, then Urdu. */
export function evidenceReadme(
  subject: Pick<
    EvidenceSubject,
    'customer' | 'tenant' | 'asOf' | 'position' | 'createdAt' | 'opened' | 'complete'
  >,
): string {
  const { customer, tenant, asOf, position, createdAt, opened, complete } = subject;
  return `# Evidence about customer ${customer}

Company (tenant): ${tenant} · packed at ${createdAt} · views as of ${asOf} · by what was recorded up to position ${position}

This folder holds what the ledger has recorded about one customer, and proof that it is what was recorded.
${opened ? 'It contains personal data in readable form: keep it as safe as the data themselves.' : 'Personal data in it are encrypted and cannot be read from it.'}
${complete ? 'All events of the customer up to that position are in it.' : `Events that happened after ${asOf} are left out.`}

## Check it yourself

You need Node (https://nodejs.org, version 18 or later), no network and no other program:

    node verify.mjs --verifier "…"

Put in place of … the line that the company has published, or that it tells you on another way (it is the \`verifier\` of
\`GET /v1/audit/log\`). Without it the program uses the one in \`verifiers.txt\`, which only shows that the folder agrees with itself.
The program ends with "All is right.", or names each thing that was changed, removed or added.

## What is in it

| file | content |
| --- | --- |
| \`events.ndjson\` | the recorded events, one a line: when it happened (\`occurredAt\`), when the ledger learnt of it (\`recordedAt\`), its place in the log (\`entry\`), its hash, and the event${opened ? '; `opened` is the same with personal data readable' : ''} |
| \`proofs.ndjson\` | for each event the proof that it stands in the log at its entry (RFC 9162) |
| \`checkpoint.txt\` | size and root of the log, signed by the ledger |
| \`views.json\` | what the ledger says of the customer: loyalty, churn risk, issues and the rest |
| \`explanation-….ndjson\` | why a score is what it is: first line the score, then what each event and each silence changed (of more than 10,000 events: each day); the changes sum to the score |
| \`identity.json\` | all identities of the person, and who merged or unmerged what, when and why |
| \`policies.ndjson\` | the policies and models that were published; \`inForce\` marks those by which the views were computed |
| \`access.ndjson\` | who has looked at or changed the customer's data, when, why and by which request |
| \`verifiers.txt\` | the public keys of the log, the one that signs now first |
| \`manifest.json\`, \`manifest.sig\` | size and SHA-256 of every file, signed by the ledger |
| \`verify.mjs\` | the program that checks all this; it can be read |

What is proven: these events were recorded, unchanged, in this order, at these entries of a log that the ledger signed; and the ledger packed exactly these files.
What is not proven: that what a source sent is true; that no other events exist under other customers${opened ? '; that `opened` is what the encrypted fields hold (the ledger says so, and has signed the file)' : ''}.

---

<div dir="rtl" lang="ur">

# گاہک ${customer} کے بارے میں ثبوت

کمپنی: ${tenant} · تیاری کا وقت: ${createdAt} · کیفیت بمطابق: ${asOf}

اس فولڈر میں وہ سب کچھ ہے جو نظام نے ایک گاہک کے بارے میں درج کیا، اور اس بات کا ثبوت کہ درج شدہ چیز بدلی نہیں گئی۔
${opened ? 'اس میں ذاتی معلومات پڑھنے کے قابل شکل میں ہیں، اس لیے اسے حفاظت سے رکھیں۔' : 'اس میں ذاتی معلومات خفیہ (encrypted) شکل میں ہیں اور پڑھی نہیں جا سکتیں۔'}
${complete ? 'اس مقام تک گاہک کے تمام واقعات اس میں شامل ہیں۔' : 'بتائے گئے وقت کے بعد کے واقعات اس میں شامل نہیں۔'}

## خود جانچیں

صرف Node (نسخہ 18 یا نیا) درکار ہے، انٹرنیٹ کی ضرورت نہیں:

    node verify.mjs --verifier "…"

… کی جگہ وہ سطر لکھیں جو کمپنی نے شائع کی ہو یا آپ کو کسی اور ذریعے سے دی ہو۔ اگر سب درست ہو تو پروگرام آخر میں
"All is right." لکھتا ہے، ورنہ ہر وہ چیز بتاتا ہے جو بدلی، نکالی یا شامل کی گئی ("NOT RIGHT")۔

## اس میں کیا ہے

- \`events.ndjson\`: درج شدہ واقعات، ہر سطر میں ایک: واقعہ کب ہوا (\`occurredAt\`)، نظام کو کب معلوم ہوا (\`recordedAt\`)، اور اس کا نمبر (\`entry\`)
- \`proofs.ndjson\` اور \`checkpoint.txt\`: ثبوت کہ ہر واقعہ دستخط شدہ کھاتے میں موجود ہے
- \`views.json\`: گاہک کی موجودہ کیفیت: وفاداری، چھوڑ جانے کا خطرہ، حل طلب مسائل
- \`explanation-….ndjson\`: ہر اسکور کی وجہ، واقعہ بہ واقعہ
- \`identity.json\`: اس شخص کی تمام شناختیں، اور انہیں کس نے، کب اور کیوں ملایا
- \`policies.ndjson\`: وہ قواعد جن کے مطابق حساب کیا گیا
- \`access.ndjson\`: گاہک کی ذاتی معلومات کس نے اور کب دیکھیں
- \`manifest.json\` اور \`manifest.sig\`: تمام فائلوں کی فہرست، نظام کے دستخط کے ساتھ

**کیا ثابت ہوتا ہے:** یہ واقعات اسی ترتیب سے، بغیر تبدیلی کے درج ہوئے۔ **کیا ثابت نہیں ہوتا:** کہ بھیجنے والے نے جو بتایا وہ سچ تھا۔

</div>
`;
}
