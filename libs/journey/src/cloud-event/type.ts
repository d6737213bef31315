import { nearest } from '#event-sourcing';
import type { TouchpointRegistry } from '../registry.js';
import type { TouchpointSchema } from '../schema.js';
import type { Findings } from './findings.js';

/** The schema of `type`; undefined when it was at fault. */
export function checkType(
  value: unknown,
  registry: TouchpointRegistry,
  found: Findings,
): TouchpointSchema | undefined {
  if (typeof value !== 'string') {
    const missing = value === undefined || value === null ? '; it is missing' : '';
    found.add('/type', `\`type\` must be text such as "cx.IssueRaised.v1"${missing}`);
    return undefined;
  }
  const schema = registry.touchpointOf(value);
  if (schema === undefined) refuse(value, registry, found);
  return schema;
}

function refuse(type: string, registry: TouchpointRegistry, found: Findings): void {
  const name = /^cx\.([^.]*)\.v[^.]*$/.exec(type)?.[1];
  const versions = registry.all().filter((schema) => schema.name === name);
  if (versions.length > 0) {
    const known = versions.map((schema) => `"${schema.type}"`).join(', ');
    found.add('/type', `this version of ${name} is not known; known is ${known}`, 'unknown-version');
    return;
  }
  const bare = type.replace(/^cx\./i, '').replace(/\.v\d+$/i, '');
  const near = nearest(
    bare,
    registry.all().map((schema) => schema.name),
  );
  const fix =
    near === undefined
      ? 'types are named "cx.<Name>.v<version>", as in the list of touchpoints'
      : `did you mean "${registry.latestOf(near)!.type}"?`;
  found.add('/type', `\`type\` is not known; ${fix}`, 'unknown-type');
}
