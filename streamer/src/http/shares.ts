/** Links that let others in for a while: signed by a key of the desktop, and good as long as their record is there. */
import { randomBytes } from 'node:crypto';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Role } from '@deskside/protocol';
import { jwtVerify, SignJWT } from 'jose';
import * as v from 'valibot';
import { createOnce } from '../supervisor/create-once.ts';

const Share = v.object({
  id: v.string(),
  role: Role,
  /** Ms since the Unix epoch. */
  expires: v.pipe(v.number(), v.integer()),
});
export type Share = v.InferOutput<typeof Share>;

const ALGORITHM = 'HS256';
const KEY_BYTES = 32;
/** Also keeps whatever a token claims from becoming a path. */
const ID = /^[0-9a-f]{12}$/;

export class Shares {
  readonly #stateDir: string;

  constructor(stateDir: string) {
    this.#stateDir = stateDir;
  }

  /** @param lifetime ms @returns the link's token, a JWT (RFC 7519) */
  async create(role: Role, lifetime: number): Promise<{ share: Share; token: string }> {
    const share = { id: randomBytes(6).toString('hex'), role, expires: Date.now() + lifetime };
    await mkdir(this.#folder, { recursive: true, mode: 0o700 });
    await writeFile(this.#fileOf(share.id), `${JSON.stringify(share)}\n`, { mode: 0o600, flag: 'wx' });
    const token = await new SignJWT()
      .setProtectedHeader({ alg: ALGORITHM })
      .setJti(share.id)
      .setExpirationTime(new Date(share.expires))
      .sign(await this.#key());
    return { share, token };
  }

  /** Those that still let somebody in, the next to expire first. */
  async list(): Promise<Share[]> {
    const names = await readdir(this.#folder).catch(() => []);
    const shares = await Promise.all(names.map((name) => this.find(name.replace(/\.json$/, ''))));
    return shares.filter((share) => share !== undefined).sort((a, b) => a.expires - b.expires);
  }

  /** Whether there was such a link. */
  async revoke(id: string): Promise<boolean> {
    if ((await this.find(id)) === undefined) return false;
    await rm(this.#fileOf(id), { force: true });
    return true;
  }

  /** The link that a token belongs to; undefined if it is altered, expired, revoked or of another desktop. */
  async verify(token: string): Promise<Share | undefined> {
    try {
      const { payload } = await jwtVerify(token, await this.#key(), { algorithms: [ALGORITHM] });
      return await this.find(payload.jti ?? '');
    } catch {
      return undefined;
    }
  }

  /** The link of this id; undefined if it is expired or revoked. */
  async find(id: string): Promise<Share | undefined> {
    if (!ID.test(id)) return undefined;
    const text = await readFile(this.#fileOf(id), 'utf8').catch(() => '');
    const { success, output } = v.safeParse(v.pipe(v.string(), v.parseJson(), Share), text);
    return success && output.expires > Date.now() ? output : undefined;
  }

  get #folder(): string {
    return join(this.#stateDir, 'shares');
  }

  #fileOf(id: string): string {
    return join(this.#folder, `${id}.json`);
  }

  async #key(): Promise<Uint8Array> {
    const path = join(this.#stateDir, 'share-key');
    const text = await createOnce(path, () => `${randomBytes(KEY_BYTES).toString('base64url')}\n`);
    return Buffer.from(text.trim(), 'base64url');
  }
}
