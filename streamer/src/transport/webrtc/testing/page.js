/** A viewer in a few lines: WebSocket, WebRTC, and what came by which way. Only the latter's `?only=` is tried. */
const parameters = new URLSearchParams(location.search);
const only = parameters.get('only');
const codec = parameters.get('codec') ?? 'avc1.42E01F';
const candidateOf = { udp: / udp /, tcp: / tcp / };
const seen = {
  messages: [],
  socketUpdates: 0,
  channelUpdates: 0,
  sounds: [],
  frames: 0,
  ids: [],
  errors: [],
};
globalThis.seen = seen;

const socket = new WebSocket('ws', 'deskside.v1');
socket.binaryType = 'arraybuffer';
socket.onopen = () => say({ type: 'hello', version: 1, codecs: [codec] });
socket.onclose = ({ code }) => seen.errors.push(`closed ${code}`);
socket.onmessage = ({ data }) => {
  if (typeof data === 'string') heed(JSON.parse(data));
  else if (update(data)) {
    seen.socketUpdates++;
    if (unseen.delete('websocket')) say({ type: 'transport-shown', transport: 'websocket' });
  }
};

let connection;
let answerFor = (answer) => answer;

globalThis.say = say;
function say(message) {
  socket.send(JSON.stringify(message));
}

globalThis.connect = () => {
  const { hostname: host, port } = location;
  say({ type: 'webrtc-request', host, port: Number(port), sound: parameters.get('sound') === 'track' });
  if (parameters.has('sound')) say({ type: 'listen', on: true });
};
globalThis.spoilAnswer = (spoil) => {
  answerFor = spoil;
};

/** While pictures come both ways: which of them has not been seen. */
let unseen = new Set();

function heed(message) {
  seen.messages.push(message);
  if (message.type === 'transport') unseen = new Set(message.both ? ['websocket', 'webrtc'] : []);
  if (message.type === 'webrtc-offer') accept(message).catch((error) => seen.errors.push(String(error)));
}

async function accept({ attempt, sdp, restart }) {
  if (restart) return answer(attempt, sdp);
  connection = new RTCPeerConnection();
  globalThis.connection = connection;
  const reliable = connection.createDataChannel('reliable', { negotiated: true, id: 0 });
  const loose = { negotiated: true, ordered: false, maxRetransmits: 0 };
  const motion = connection.createDataChannel('motion', { ...loose, id: 1 });
  const sound = connection.createDataChannel('sound', { ...loose, id: 2 });
  sound.binaryType = 'arraybuffer';
  sound.onmessage = ({ data }) => seen.sounds.push([...new Uint8Array(data)]);
  globalThis.channels = { reliable, motion };
  reliable.binaryType = 'arraybuffer';
  reliable.onmessage = ({ data }) => {
    if (update(data)) seen.channelUpdates++;
  };
  connection.ontrack = ({ track }) => {
    if (track.kind === 'audio') return;
    const video = document.createElement('video');
    video.muted = true;
    video.srcObject = new MediaStream([track]);
    document.body.append(video);
    video.play();
    globalThis.video = video;
    const count = () => {
      seen.frames++;
      if (unseen.delete('webrtc'))
        reliable.send(JSON.stringify({ type: 'transport-shown', transport: 'webrtc' }));
      video.requestVideoFrameCallback(count);
    };
    video.requestVideoFrameCallback(count);
  };
  await answer(attempt, sdp);
}

async function answer(attempt, sdp) {
  const lines = sdp
    .split('\r\n')
    .filter((line) => !line.startsWith('a=candidate') || !only || candidateOf[only].test(line));
  await connection.setRemoteDescription({ type: 'offer', sdp: lines.join('\r\n') });
  const description = await connection.createAnswer();
  await connection.setLocalDescription(description);
  say({ type: 'webrtc-answer', attempt, sdp: answerFor(description.sdp) });
}

/** Acknowledges a picture update; false if it is something else. */
function update(bytes) {
  const view = new DataView(bytes);
  if (view.getUint8(0) !== 1) return false;
  seen.ids.push(view.getUint32(4, true));
  const acknowledgement = new DataView(new ArrayBuffer(36));
  acknowledgement.setUint8(0, 0x10);
  acknowledgement.setUint16(2, view.getUint16(2, true), true);
  acknowledgement.setUint32(4, view.getUint32(4, true), true);
  socket.send(acknowledgement.buffer);
  return true;
}

/** Packets that came in, by kind of the track. */
globalThis.packets = async (kind) =>
  [...(await connection.getStats()).values()].find(
    (stats) => stats.type === 'inbound-rtp' && stats.kind === kind,
  )?.packetsReceived ?? 0;

/** Sender reports that came, by kind of the track. */
globalThis.reports = async (kind) =>
  [...(await connection.getStats()).values()].find(
    (stats) => stats.type === 'remote-outbound-rtp' && stats.kind === kind,
  )?.reportsSent ?? 0;

globalThis.pair = async () => {
  const stats = [...(await connection.getStats()).values()];
  const { selectedCandidatePairId } = stats.find(({ type }) => type === 'transport') ?? {};
  const chosen = stats.find(({ id }) => id === selectedCandidatePairId);
  const remote = stats.find(({ id }) => id === chosen?.remoteCandidateId);
  return remote && { protocol: remote.protocol, port: remote.port };
};
