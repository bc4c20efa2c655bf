import { execFile, spawn, type ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { Readable } from 'node:stream';
import { promisify } from 'node:util';

/** Compiled (global-setup.ts sees to that): from the sources each of some thousand processes would take twice the time. */
const main = path.join(import.meta.dirname, '../../dist/cli/main.js');

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export class Running {
  readonly ended: Promise<Ended>;
  readonly #heard = { stdout: '', stderr: '' };

  constructor(readonly child: ChildProcessByStdio<null, Readable, Readable>) {
    for (const name of ['stdout', 'stderr'] as const) {
      child[name].setEncoding('utf8');
      child[name].on('data', (chunk: string) => (this.#heard[name] += chunk));
    }
    this.ended = once(child, 'close').then(([code]) => ({ code: code as number | null, ...this.#heard }));
  }

  /** Waits until this was printed. Rejects where the process ends without it. */
  async says(what: RegExp): Promise<void> {
    const said = (): boolean => what.test(this.#heard.stdout) || what.test(this.#heard.stderr);
    const over = this.ended.then((ended) => {
      if (!said()) throw new Error(`it ended without saying ${what.source}: ${JSON.stringify(ended)}`);
    });
    while (!said()) {
      await Promise.race([once(this.child.stdout, 'data'), once(this.child.stderr, 'data'), over]);
    }
  }
}

/** A folder with a LONGHAUL_HOME and a git repository of its own, and the real command line on it. */
export class CliLab {
  readonly #running: Running[] = [];
  /** Besides the test's own, for all that is started from now on. */
  env: Readonly<Record<string, string>> = {};

  private constructor(readonly folder: string) {}

  static async create(): Promise<CliLab> {
    const folder = await realpath(await mkdtemp(path.join(os.tmpdir(), 'longhaul-cli-')));
    const lab = new CliLab(folder);
    await mkdir(lab.repository);
    await lab.git('init', '--quiet', '--initial-branch=main');
    await lab.write('README.md', '# A repository\n');
    await lab.commit('Begin');
    return lab;
  }

  /** One whose repository has these files, and whose server and worker run. */
  static async createUp(files: Readonly<Record<string, string>>): Promise<CliLab> {
    const lab = await CliLab.create();
    for (const [name, text] of Object.entries(files)) await lab.write(name, text);
    await lab.commit('Plan a campaign');
    const { code, stderr } = await lab.run('up');
    if (code !== 0) throw new Error(`up ended with ${code}: ${stderr}`);
    return lab;
  }

  /** Throws where `down` does not end well; the folder is gone all the same. */
  async removeUp(): Promise<void> {
    const { code, stderr } = await this.run('down');
    await this.remove();
    if (code !== 0) throw new Error(`down ended with ${code}: ${stderr}`);
  }

  get home(): string {
    return path.join(this.folder, 'home');
  }

  get repository(): string {
    return path.join(this.folder, 'repository');
  }

  /** Starts `longhaul …` in the repository, and listens. */
  follow(...args: string[]): Running {
    const child = spawn(process.execPath, [main, ...args], {
      cwd: this.repository,
      env: {
        ...process.env,
        LONGHAUL_HOME: this.home,
        NO_COLOR: '1',
        GO: path.join(this.folder, 'go'),
        ...this.env,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const running = new Running(child);
    this.#running.push(running);
    return running;
  }

  async run(...args: string[]): Promise<Ended> {
    return this.follow(...args).ended;
  }

  async write(name: string, text: string): Promise<void> {
    await mkdir(path.dirname(path.join(this.repository, name)), { recursive: true });
    await writeFile(path.join(this.repository, name), text);
  }

  async git(...args: string[]): Promise<string> {
    const identity = [
      '-c',
      'user.name=Test',
      '-c',
      'user.email=test@localhost',
      '-c',
      'commit.gpgSign=false',
    ];
    const { stdout } = await promisify(execFile)('git', ['-C', this.repository, ...identity, ...args]);
    return stdout.trim();
  }

  async commit(message: string): Promise<void> {
    await this.git('add', '--all');
    // What a test before has written already is no reason to fail.
    await this.git('commit', '--quiet', '--allow-empty', '--message', message);
  }

  async remove(): Promise<void> {
    for (const { child } of this.#running) child.kill('SIGKILL');
    await rm(this.folder, { recursive: true, force: true });
  }
}
