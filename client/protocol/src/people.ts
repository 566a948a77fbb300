/** Who is at a desktop, what they may do, and what its owner does about it. */
import * as v from 'valibot';
import { MAX_LABEL, MAX_LINK_LIFETIME, MAX_PEOPLE, MAX_SHORT_TEXT, MIN_LINK_LIFETIME } from './limits.ts';

const shortText = v.pipe(v.string(), v.maxLength(MAX_SHORT_TEXT));
const label = v.pipe(v.string(), v.maxLength(MAX_LABEL));
const whole = v.pipe(v.number(), v.integer(), v.minValue(0));

/** What a person may do: `controller` has the keyboard and the pointer, `viewer` only watches. */
export const Role = v.picklist(['controller', 'viewer']);
export type Role = v.InferOutput<typeof Role>;

/**
 * From an owner: that person has this role from now on. Who came by a link with more rights loses them with the link;
 * who is given more keeps it until they leave.
 */
export const SetRole = v.object({ type: v.literal('set-role'), viewer: shortText, role: Role });

/** From an owner: that person goes, and the link with them by which they came. */
export const EndViewer = v.object({ type: v.literal('end-viewer'), viewer: shortText });

/** From an owner: wants a link, answered by `invited`. `lifetime` in ms, `label` says whom it is for. */
export const Invite = v.object({
  type: v.literal('invite'),
  role: Role,
  lifetime: v.pipe(whole, v.minValue(MIN_LINK_LIFETIME), v.maxValue(MAX_LINK_LIFETIME)),
  label,
});

/** From an owner: that link ends, and whoever is there by it goes. */
export const RevokeLink = v.object({ type: v.literal('revoke-link'), link: shortText });

/** The person is there, though nothing is typed: they clicked in the page around the desktop. */
export const Active = v.object({ type: v.literal('active') });

/** From now on this viewer has that role. */
export const RoleChanged = v.object({ type: v.literal('role'), role: Role });

const Person = v.object({
  /** As in their `welcome`. */
  viewer: shortText,
  role: Role,
  owner: v.boolean(),
  /** Whom their link was made for; may be empty. */
  label,
  /** When they came, ms since the Unix epoch. */
  since: whole,
  /** Whether the keyboard or the pointer was last used by them. */
  acting: v.boolean(),
});
export type Person = v.InferOutput<typeof Person>;

const Link = v.object({ id: shortText, role: Role, label, /** Ms since the Unix epoch. */ expires: whole });
export type Link = v.InferOutput<typeof Link>;

/** To owners, with every change: everybody who is there, and the links that would let somebody in. */
export const People = v.object({
  type: v.literal('people'),
  people: v.pipe(v.array(Person), v.maxLength(MAX_PEOPLE)),
  links: v.pipe(v.array(Link), v.maxLength(MAX_PEOPLE)),
});

/** To the owner who asked: the token of the new link. */
export const Invited = v.object({ type: v.literal('invited'), link: shortText, token: shortText });

/** Nobody used keyboard and pointer here for long: the visit ends in so many ms, or, without that, no more. */
export const Idle = v.object({ type: v.literal('idle'), endsIn: v.optional(whole) });
