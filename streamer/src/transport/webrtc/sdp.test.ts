import { ProtocolError } from '@deskside/protocol';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readAnswer, writeOffer } from './sdp.ts';

const FINGERPRINT = Array(32).fill('AB').join(':');

const ANSWER = [
  'v=0',
  's=-',
  'm=video 9 UDP/TLS/RTP/SAVPF 96 97 98 99',
  'a=ice-ufrag:abcd',
  `a=fingerprint:sha-256 ${FINGERPRINT}`,
  'a=setup:active',
  'm=application 9 UDP/DTLS/SCTP webrtc-datachannel',
  '',
].join('\r\n');

const OFFER = {
  version: 1,
  usernameFragment: 'u',
  password: 'p',
  fingerprint: FINGERPRINT,
  candidates: ['a=candidate:x'],
  ssrc: 1,
  rtxSsrc: 2,
  audioSsrc: undefined,
};

describe('the answer', () => {
  it('tells the certificate and the codecs', () => {
    const { fingerprint, codecs } = readAnswer(ANSWER);
    expect(fingerprint).toEqual({ algorithm: 'sha-256', value: FINGERPRINT });
    expect(codecs.map(({ name }) => name)).toEqual(['H264', 'VP8']);
  });

  it('may have its fingerprint once for all', () => {
    const line = `a=fingerprint:sha-256 ${FINGERPRINT}\r\n`;
    const sdp = ANSWER.replace(line, '').replace('s=-\r\n', `s=-\r\n${line}`);
    expect(readAnswer(sdp).fingerprint.value).toBe(FINGERPRINT);
  });

  it.each([
    ['nothing', '', /without video/],
    ['no video', ANSWER.replace('m=video', 'm=audio'), /without video/],
    ['a refused video', ANSWER.replace('video 9', 'video 0'), /without video/],
    ['the passive side of DTLS', ANSWER.replace('active', 'passive'), /setup:active/],
    ['no certificate', ANSWER.replace(/a=fingerprint.*\r\n/, ''), /fingerprint/],
    ['a weak hash', ANSWER.replace('sha-256', 'md5'), /fingerprint/],
  ])('with %s is refused by name', (_, sdp, problem) => {
    expect(() => readAnswer(sdp)).toThrow(ProtocolError);
    expect(() => readAnswer(sdp)).toThrow(problem);
  });

  it('of any text is an answer or a protocol error', () => {
    const line = fc.oneof(fc.constantFrom(...ANSWER.split('\r\n')), fc.string());
    fc.assert(
      fc.property(fc.array(line), fc.constantFrom('\r\n', '\n'), (lines, end) => {
        try {
          readAnswer(lines.join(end));
        } catch (error) {
          expect(error).toBeInstanceOf(ProtocolError);
        }
      }),
    );
  });
});

it('offers as ICE-lite for the whole session', () => {
  expect(writeOffer(OFFER).split('m=')[0]).toContain('a=ice-lite\r\n');
});

it('offers sound beside the video, in one stream, where it is wanted', () => {
  expect(writeOffer(OFFER)).not.toContain('m=audio');
  const offer = writeOffer({ ...OFFER, audioSsrc: 3 });
  expect(offer).toContain('a=group:BUNDLE 0 1 2\r\n');
  expect(offer.match(/a=msid:\w+/g)).toEqual(['a=msid:desktop', 'a=msid:desktop']);
});
