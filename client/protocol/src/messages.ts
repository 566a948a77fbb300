import * as v from 'valibot';
import { ProtocolError } from './bytes.ts';
import { ClipAnnouncement, ClipReceived } from './clip.ts';
import {
  MAX_CHANNELS,
  MAX_HELD_KEYS,
  MAX_LAYOUT_KEYS,
  MAX_SCREEN_SIDE,
  MAX_SDP,
  MAX_SHORT_TEXT,
  MAX_TEXT,
  MIN_SCREEN_SIDE,
} from './limits.ts';
import {
  Active,
  EndViewer,
  Idle,
  Invite,
  Invited,
  People,
  RevokeLink,
  Role,
  RoleChanged,
  SetRole,
} from './people.ts';

const shortText = v.pipe(v.string(), v.maxLength(MAX_SHORT_TEXT));
const count = v.pipe(v.number(), v.integer(), v.minValue(0));
const side = v.pipe(v.number(), v.integer(), v.minValue(MIN_SCREEN_SIDE), v.maxValue(MAX_SCREEN_SIDE));
const time = v.pipe(v.number(), v.finite());
/** `KeyboardEvent.code` (UI Events KeyboardEvent code Values), e.g. `KeyA`. */
const code = v.pipe(v.string(), v.regex(/^[A-Za-z0-9]{1,32}$/));

/** A number of numbered.ts, or 0 for none. */
const arrivedNumber = v.pipe(count, v.maxValue(0xffff_ffff));

/** First message of a viewer. */
const Hello = v.object({
  type: v.literal('hello'),
  version: count,
  /** Version of the viewer, e.g. `0.1.0`, for people. */
  product: v.optional(shortText),
  /** Where neither cookie, query nor header could carry it. */
  token: v.optional(shortText),
  /** Codec strings that the viewer decodes (WebCodecs codec registry), best first. */
  codecs: v.pipe(v.array(shortText), v.maxLength(32)),
  /** That of the last `welcome`, where a visit goes on. */
  visit: v.optional(shortText),
  /** `viewer` of the last `welcome`, where the same page lost its connection: this one takes its place. */
  replaces: v.optional(shortText),
});

/** What a key gives here, one character: `KeyboardEvent.key`. */
const character = v.pipe(v.string(), v.minLength(1), v.maxLength(8));

/**
 * A key by its position, and what it gives here: a character, or `AltGraph`. The desktop presses what gives the same
 * there. A press that is repeated types again what cannot be held.
 */
const Key = v.object({
  type: v.literal('key'),
  code,
  down: v.boolean(),
  key: v.optional(character),
});

/** The state of Caps and Num Lock here. */
const Locks = v.object({ type: v.literal('locks'), capsLock: v.boolean(), numLock: v.boolean() });

/** An XKB layout and its variant, e.g. `de` or `us/dvorak`. */
const layoutName = v.pipe(v.string(), v.regex(/^[a-z0-9_-]{1,32}(\/[a-z0-9_-]{1,32})?$/i));

/**
 * The layout that the desktop is to have: one by its name, or the one that fits `keys`, which tell what positions give
 * here (`navigator.keyboard.getLayoutMap()`). With neither it follows what is typed.
 */
const ChooseLayout = v.object({
  type: v.literal('layout'),
  name: v.optional(layoutName),
  keys: v.optional(v.pipe(v.array(v.tuple([code, character])), v.maxLength(MAX_LAYOUT_KEYS))),
});

/** Text that no key of the layout gives, a composition or a paste as keystrokes. */
const Text = v.object({
  type: v.literal('text'),
  text: v.pipe(v.string(), v.minLength(1), v.maxLength(MAX_TEXT)),
});

/** All that is down right now; sent while anything is held. What is missing in it, and silence, releases keys. */
const Held = v.object({
  type: v.literal('held'),
  codes: v.pipe(v.array(code), v.maxLength(MAX_HELD_KEYS)),
});

/** Lift every key and button of this viewer. */
const Release = v.object({ type: v.literal('release') });

/** The viewer cannot decode on; the next update is to be a key frame. */
const KeyFrame = v.object({ type: v.literal('key-frame') });

/** The desktop is to fill this viewer's window, device pixels. `scale` is `devicePixelRatio`. */
const Resize = v.object({
  type: v.literal('resize'),
  width: side,
  height: side,
  scale: v.pipe(v.number(), v.minValue(0.25), v.maxValue(8)),
});

/** Answered by `pong` with the same `time`: round trip and clock offset. */
const Ping = v.object({ type: v.literal('ping'), time });

/** Whether the desktop's sound is to come. It does not before this. */
const Listen = v.object({ type: v.literal('listen'), on: v.boolean() });

/** Whether this person speaks into the desktop's microphone, by audio packets; answered by `microphone`. */
const Speak = v.object({ type: v.literal('speak'), on: v.boolean() });

/** STUN and TURN servers as `RTCIceServer` has them. */
const IceServer = v.object({
  urls: v.pipe(v.array(shortText), v.minLength(1), v.maxLength(8)),
  username: v.optional(shortText),
  credential: v.optional(shortText),
});
export type IceServer = v.InferOutput<typeof IceServer>;

/** A way by which pictures travel: the WebSocket, or RTP over whatever path ICE found. */
export const Transport = v.picklist(['websocket', 'webrtc']);
export type Transport = v.InferOutput<typeof Transport>;

/** Wants a `webrtc-offer`. An earlier attempt of this viewer ends with it. */
const WebRtcRequest = v.object({
  type: v.literal('webrtc-request'),
  /** Host and port at which the viewer itself reached the streamer: a forwarded port is only known there. */
  host: shortText,
  port: v.pipe(count, v.minValue(1), v.maxValue(65535)),
  /** Whether the desktop's sound is to come as an audio track: the viewer cannot play it in packets. */
  sound: v.optional(v.boolean()),
  /** The way that there is lost its path, or the network changed: the same way is to go on over another path. */
  restart: v.optional(v.boolean()),
});

/** SDP answer (RFC 8829) to the offer of that attempt. The streamer is ICE-lite: it needs no candidates. */
const WebRtcAnswer = v.object({
  type: v.literal('webrtc-answer'),
  attempt: count,
  sdp: v.pipe(v.string(), v.maxLength(MAX_SDP)),
});

/**
 * A candidate of the viewer (RFC 8839 section 5.1, without `a=`), for a streamer that can be reached by a relay only. A
 * streamer needs none otherwise.
 */
const WebRtcCandidate = v.object({
  type: v.literal('webrtc-candidate'),
  attempt: count,
  candidate: shortText,
});

/** The way that pictures are to take from the next key frame on; the streamer sends one at once. */
const UseTransport = v.object({ type: v.literal('use-transport'), transport: Transport });

/** While pictures come both ways: one of this way has been on the screen. Of WebRTC it is told over WebRTC. */
const TransportShown = v.object({ type: v.literal('transport-shown'), transport: Transport });

/** Kbit/s, as in `--bitrate`; frames per second, as in `--fps`. */
const rate = {
  bitrate: v.pipe(count, v.minValue(100), v.maxValue(200_000)),
  fps: v.pipe(count, v.minValue(1), v.maxValue(240)),
};

/** From a controller: what the video of every stream may take from now on, within the operator's limits. */
const SetRate = v.object({ type: v.literal('set-rate'), ...rate });

/** Every JSON message from a viewer. */
export const ViewerMessage = v.variant('type', [
  Hello,
  Key,
  Text,
  Locks,
  ChooseLayout,
  Held,
  Release,
  KeyFrame,
  Resize,
  Ping,
  Listen,
  Speak,
  WebRtcRequest,
  WebRtcAnswer,
  WebRtcCandidate,
  UseTransport,
  TransportShown,
  ClipAnnouncement,
  ClipReceived,
  Active,
  SetRate,
  SetRole,
  EndViewer,
  Invite,
  RevokeLink,
]);
export type ViewerMessage = v.InferOutput<typeof ViewerMessage>;

/** Why a viewer is not let in, or not any more. */
export const RefusalReason = v.picklist([
  'token',
  'version',
  'codec',
  'message',
  'ended',
  'full',
  'idle',
  'removed',
  'link-expired',
  'link-revoked',
  'link-altered',
]);
export type RefusalReason = v.InferOutput<typeof RefusalReason>;

/** Answer to `hello`. */
const Welcome = v.object({
  type: v.literal('welcome'),
  version: count,
  /** Version of the streamer, e.g. `0.1.0`, for people. */
  product: v.optional(shortText),
  /** The desktop's name (`--name`). */
  name: shortText,
  viewer: shortText,
  /** Names this visit, a secret: with it the role that an owner gave comes back, and counts for requests about files. */
  visit: v.optional(shortText),
  role: Role,
  /** Whether the desktop is theirs: `people` come, and they may change and end what others may. */
  owner: v.optional(v.boolean()),
  screen: v.object({ width: side, height: side }),
  /** Whether `resize` of a controller is heeded. */
  resizable: v.optional(v.boolean()),
  /** `held` is to be repeated at least this often while a key is down, ms. */
  heldEvery: count,
  /** The one way that pictures may take (`--transport`); not there: the viewer chooses. */
  transport: v.optional(Transport),
  /** Everything up to this number has arrived over the connection that was replaced; not there: that isn't known. */
  arrived: v.optional(arrivedNumber),
});

/** The last message before the streamer closes the socket. */
const Refused = v.object({
  type: v.literal('refused'),
  reason: RefusalReason,
  /** What happened and why. */
  message: shortText,
  /** What to do about it. */
  remedy: shortText,
  /** Where reason is `version`: the streamer's, as in `welcome`. */
  version: v.optional(count),
  product: v.optional(shortText),
});

/** The size of the desktop changed, device pixels. */
const Screen = v.object({ type: v.literal('screen'), width: side, height: side });

/** Updates of this stream follow; those of another one are dropped. */
const Stream = v.object({
  type: v.literal('stream'),
  stream: v.pipe(count, v.maxValue(0xffff)),
  /** WebCodecs codec string, e.g. `avc1.42E02A`. */
  codec: shortText,
  /** Size of the screen with even sides, device pixels: that of the video, too, unless `coded` says otherwise. */
  width: side,
  height: side,
  /** The video of the screen is smaller than it is to be shown: the way carries little. */
  coded: v.optional(v.object({ width: side, height: side })),
  /** `VideoColorSpaceInit`: without it Chromium takes BT.601 for BT.709. */
  colorSpace: v.object({
    primaries: v.picklist(['bt709', 'smpte170m']),
    transfer: v.picklist(['bt709', 'iec61966-2-1', 'smpte170m']),
    matrix: v.picklist(['bt709', 'smpte170m', 'rgb']),
    fullRange: v.boolean(),
  }),
  /** The encoder's name for a person, e.g. `x264enc`. */
  encoder: shortText,
});

/** Something that a person should know; the desktop goes on. */
const Notice = v.object({
  type: v.literal('notice'),
  level: v.picklist(['info', 'warning', 'error']),
  /** For programs, e.g. `media-restarted`. A later notice of the same code replaces the earlier one. */
  code: shortText,
  message: shortText,
  remedy: v.optional(shortText),
  /** The trouble is over. */
  over: v.optional(v.boolean()),
});

/** The layout that the desktop has from now on. */
const CurrentLayout = v.object({ type: v.literal('layout'), name: layoutName });

/** Answer to `ping`. `streamerTime`: ms since the Unix epoch on the clock of `PictureUpdate.captureTime`. */
const Pong = v.object({ type: v.literal('pong'), time, streamerTime: time });

/** The desktop can be heard: `listen` asks for it. */
const Sound = v.object({
  type: v.literal('sound'),
  channels: v.pipe(count, v.minValue(1), v.maxValue(MAX_CHANNELS)),
});

/**
 * How this person's microphone stands: what they say reaches the desktop's programs while it is `on`. The first one, `off`,
 * says that the desktop takes one; it comes to those only who may speak.
 */
const Microphone = v.object({
  type: v.literal('microphone'),
  /** `none`: they may speak no more. */
  state: v.picklist(['none', 'off', 'on']),
  /** Why it is not on although it was wanted, or not heard although it is. */
  message: v.optional(shortText),
  remedy: v.optional(shortText),
});

/** SDP offer (RFC 8829) with all candidates: a video track, one of sound if it was asked for, three negotiated data channels. */
const WebRtcOffer = v.object({
  type: v.literal('webrtc-offer'),
  attempt: count,
  sdp: v.pipe(v.string(), v.maxLength(MAX_SDP)),
  iceServers: v.optional(v.pipe(v.array(IceServer), v.maxLength(16))),
  /** Only relayed paths are to be tried (`--relay-only`). */
  relayOnly: v.optional(v.boolean()),
  /** Not a new attempt: the way that there is, over another path (ICE restart, RFC 8445 section 9). */
  restart: v.optional(v.boolean()),
});

/** That attempt came to nothing, or its way broke. */
const WebRtcFailed = v.object({
  type: v.literal('webrtc-failed'),
  attempt: count,
  /** What happened, for the connection report. */
  message: shortText,
});

/** Updates from this id on take that way; those of the way before which come later are of no use any more. */
const TransportChanged = v.object({
  type: v.literal('transport'),
  transport: Transport,
  stream: v.pipe(count, v.maxValue(0xffff)),
  id: v.pipe(count, v.maxValue(0xffffffff)),
  /**
   * A change begins, with a key frame: updates come over the WebSocket, and their video over WebRTC as well, until the
   * viewer has told that it has shown what comes by the way that is to be taken.
   */
  both: v.optional(v.boolean()),
});

/** Everything up to this number has arrived, of what the viewer numbers; see numbered.ts. */
const Arrived = v.object({ type: v.literal('arrived'), number: arrivedNumber });

/** Which ways clips may go: into the desktop, out of it. Comes after `welcome`; before it, none may. */
const ClipboardPolicy = v.object({ type: v.literal('clipboard-policy'), in: v.boolean(), out: v.boolean() });

/**
 * Which ways files may go, below `files` of the desktop's address: into its folder for files, out of it. Comes after
 * `welcome`; before it, none may.
 */
const Files = v.object({
  type: v.literal('files'),
  in: v.boolean(),
  out: v.boolean(),
  /** The folder as people in the workspace know it, such as `~/Downloads`. */
  folder: v.pipe(v.string(), v.maxLength(4096)),
});
/** What a viewer may do with files. */
export type FilesOffer = Omit<v.InferOutput<typeof Files>, 'type'>;

/** What video may take now, and the most that the operator allows. Comes after `welcome` and with every change. */
const Rate = v.object({ type: v.literal('rate'), ...rate, most: v.object(rate) });

/** Every JSON message from the streamer. */
export const StreamerMessage = v.variant('type', [
  Welcome,
  Refused,
  Screen,
  Stream,
  Notice,
  Pong,
  CurrentLayout,
  Sound,
  Microphone,
  WebRtcOffer,
  WebRtcFailed,
  TransportChanged,
  Arrived,
  ClipboardPolicy,
  Files,
  ClipAnnouncement,
  ClipReceived,
  Rate,
  RoleChanged,
  People,
  Invited,
  Idle,
]);
export type StreamerMessage = v.InferOutput<typeof StreamerMessage>;

/** One message of a kind, e.g. `Of<ViewerMessage, 'key'>`. */
export type Of<M extends { type: string }, T extends M['type']> = Extract<M, { type: T }>;

/** @throws ProtocolError naming the field that is wrong */
export function parseViewerMessage(text: string): ViewerMessage {
  return parse(ViewerMessage, text);
}

/** @throws ProtocolError naming the field that is wrong */
export function parseStreamerMessage(text: string): StreamerMessage {
  return parse(StreamerMessage, text);
}

function parse<S extends typeof ViewerMessage | typeof StreamerMessage>(
  schema: S,
  text: string,
): v.InferOutput<S> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new ProtocolError('a text message that is not JSON');
  }
  const result = v.safeParse(schema, value);
  if (result.success) return result.output;
  const issue = result.issues[0];
  throw new ProtocolError(`${v.getDotPath(issue) ?? 'message'}: ${issue.message}`);
}
