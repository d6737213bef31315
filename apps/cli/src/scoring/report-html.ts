import type { CalibrationBin } from '#scoring';

const WIDTH = 640;
const HEIGHT = 240;
const STYLE = `
  body { font: 16px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 52rem; padding: 0 1rem; color: #1c2530; }
  pre { background: #f4f6f8; padding: 1rem; white-space: pre-wrap; font-size: 11.5px; }
  .verdict { font-size: 1.15rem; border-left: 4px solid #1f6feb; padding-left: 1rem; }
  svg { width: 100%; height: auto; } text { font: 12px system-ui, sans-serif; fill: #47525e; }
`;

/** What a page of a report shows. */
interface HtmlReport {
  readonly title: string;
  readonly verdict: string;
  readonly deciles: readonly CalibrationBin[];
  /** The figures as the command prints them. */
  readonly text: string;
}

/** A report as one page without scripts or links, for managers. */
export function reportHtml({ title, verdict, deciles, text }: HtmlReport): string {
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${escapeHtml(title)}</title><style>${STYLE}</style></head><body>
<h1>${escapeHtml(title)}</h1>
<p class="verdict">${escapeHtml(verdict)}</p>
${
  deciles.length === 0
    ? ''
    : `<h2>Predicted and actual losses</h2>
<p>Customers in ten groups of equal size, those with the lowest predicted risk on the left. The closer the two bars of a
group, the better the probabilities; the steeper the stairs, the better the ranking.</p>
${decilesChart(deciles)}`
}
<h2>Figures</h2><pre>${escapeHtml(text)}</pre>
<p>“Lost” means: no purchase, or the contract ended, within the horizon. AUC: chance that a lost customer had the higher
risk (0.5 is guessing). Brier score: mean squared error of the probabilities, less is better. Intervals are 95 %, by
bootstrap over customers.</p>
</body></html>
`;
}

function decilesChart(deciles: readonly CalibrationBin[]): string {
  const slot = WIDTH / deciles.length;
  const bar = (x: number, share: number, colour: string) => {
    const height = share * (HEIGHT - 40);
    return `<rect x="${x.toFixed(1)}" y="${(HEIGHT - 20 - height).toFixed(1)}" width="${(slot * 0.36).toFixed(1)}" height="${height.toFixed(1)}" fill="${colour}"/>`;
  };
  const groups = deciles.map(({ predicted, actual }, i) => {
    const x = i * slot + slot * 0.12;
    const label = `<text x="${(i * slot + slot / 2).toFixed(1)}" y="${HEIGHT - 4}" text-anchor="middle">${i + 1}</text>`;
    return `${bar(x, predicted, '#9ecbff')}${bar(x + slot * 0.38, actual, '#1f6feb')}${label}`;
  });
  return `<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="Predicted and actual share of lost customers by tenth">
${groups.join('\n')}<text x="0" y="12">light: predicted, dark: lost (share of the group, 0 to 1)</text></svg>`;
}

/** Text that stands in HTML as it is. */
function escapeHtml(text: string): string {
  return text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
}
