/**
 * Codec string of an H.264 stream (RFC 6381 section 3.3): `avc1.` and the three bytes that follow the NAL unit header
 * of the sequence parameter set (ITU-T H.264 section 7.3.2.1.1), profile, constraints and level.
 *
 * @param keyFrame an access unit in byte stream format (H.264 annex B)
 * @throws Error if it carries no sequence parameter set
 */
export function h264CodecString(keyFrame: Uint8Array): string {
  for (let i = 0; i + 6 < keyFrame.length; i++) {
    const startCode = keyFrame[i] === 0 && keyFrame[i + 1] === 0 && keyFrame[i + 2] === 1;
    if (startCode && (keyFrame[i + 3]! & 0x1f) === NAL_SPS) {
      return `avc1.${Buffer.from(keyFrame.subarray(i + 4, i + 7))
        .toString('hex')
        .toUpperCase()}`;
    }
  }
  throw new Error('The encoder made a key frame without a sequence parameter set.');
}

const NAL_SPS = 7;

/** What viewers and RTP take: start codes, whole access units; without B frames and CABAC, which only cost time. */
export const H264_OUTPUT = 'video/x-h264,profile=constrained-baseline,stream-format=byte-stream,alignment=au';

/** The same with a colour for each pixel, which no other profile has. */
export const H264_444_OUTPUT = 'video/x-h264,profile=high-4:4:4,stream-format=byte-stream,alignment=au';
