/** Links that let others in for a while: signed by a key of the desktop, and good as long as their record is there. */
import { randomBytes } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Role } from '@deskside/protocol';
import { errors, jwtVerify, SignJWT } from 'jose';
import * as v from 'valibot';
import { createOnce } from '../supervisor/create-once.ts';

const Share = v.object({
  id: v.string(),
  role: Role,
  /** Whom it is for, as its maker wrote it; may be empty. */
  label: v.optional(v.string(), ''),
  /** Ms since the Unix epoch. */
  expires: v.pipe(v.number(), v.integer()),
});
export type Share = v.InferOutput<typeof Share>;

/** What a link is worth: it lets in, or why it does not. `altered`: it was cut off or changed on its way. */
export type LinkState = { share: Share; problem?: undefined } | { share?: undefined; problem: LinkProblem };
export type LinkProblem = 'expired' | 'revoked' | 'altered';

const ALGORITHM = 'HS256';
const KEY_BYTES = 32;
/** Begin of every JWT of ours, `{"alg"` in base64url: what looks like a link is told apart from a wrong token. */
const LINK_BEGIN = 'eyJhbGci';

/** Longest label, UTF-16 code units: a name. */
export const MAX_LABEL = 64;

/** Also keeps whatever a token claims from becoming a path. */
const ID = /^[0-9a-f]{12}$/;

export class Shares {
  readonly #stateDir: string;

  constructor(stateDir: string) {
    this.#stateDir = stateDir;
  }

  /**
   * @param lifetime ms
   * @param label whom it is for
   * @returns the link's token, a JWT (RFC 7519)
   */
  async create(role: Role, lifetime: number, label = ''): Promise<{ share: Share; token: string }> {
    const id = randomBytes(6).toString('hex');
    const share = { id, role, label: label.slice(0, MAX_LABEL), expires: Date.now() + lifetime };
    await this.#write(share);
    return { share, token: await this.tokenOf(share) };
  }

  /** The token of a link that there is, signed anew: it is kept nowhere. */
  async tokenOf({ id, expires }: Share): Promise<string> {
    return new SignJWT()
      .setProtectedHeader({ alg: ALGORITHM })
      .setJti(id)
      .setExpirationTime(new Date(expires))
      .sign(await this.#key());
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

  /** From now on the link gives this role. */
  async setRole(id: string, role: Role): Promise<void> {
    const share = await this.find(id);
    if (share) await this.#write({ ...share, role });
  }

  /** What a token is worth as a link; undefined if it is none. */
  async verify(token: string): Promise<LinkState | undefined> {
    if (!token.startsWith(LINK_BEGIN)) return undefined;
    try {
      const { payload } = await jwtVerify(token, await this.#key(), { algorithms: [ALGORITHM] });
      return await this.stateOf(payload.jti ?? '');
    } catch (error) {
      return { problem: error instanceof errors.JWTExpired ? 'expired' : 'altered' };
    }
  }

  /** What the link of this id is worth now. */
  async stateOf(id: string): Promise<LinkState> {
    const share = await this.#read(id);
    if (!share) return { problem: 'revoked' };
    return share.expires > Date.now() ? { share } : { problem: 'expired' };
  }

  /** The link of this id; undefined if it is expired or revoked. */
  async find(id: string): Promise<Share | undefined> {
    return (await this.stateOf(id)).share;
  }

  /** Whether this names a link, and nothing else that lets in. */
  isId(credential: string): boolean {
    return ID.test(credential);
  }

  async #read(id: string): Promise<Share | undefined> {
    if (!ID.test(id)) return undefined;
    const text = await readFile(this.#fileOf(id), 'utf8').catch(() => '');
    const { success, output } = v.safeParse(v.pipe(v.string(), v.parseJson(), Share), text);
    return success ? output : undefined;
  }

  /** At once: who reads meanwhile sees the link as it was or as it is. */
  async #write(share: Share): Promise<void> {
    await mkdir(this.#folder, { recursive: true, mode: 0o700 });
    const draft = join(this.#stateDir, `share-${randomBytes(6).toString('hex')}`);
    await writeFile(draft, `${JSON.stringify(share)}\n`, { mode: 0o600, flag: 'wx' });
    await rename(draft, this.#fileOf(share.id));
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
