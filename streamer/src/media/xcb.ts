/** libxcb, as much of it as reading a screen takes. */
import koffi, { type KoffiFunc } from 'koffi';
import { type Address, loadLibrary, once } from '../native.ts';

/** `xcb_connection_t *`. */
export type Connection = Address;
/** The number of a request, by which its answer is asked for. */
export type Sequence = number;

type Ask<A extends unknown[]> = KoffiFunc<(connection: Connection, ...args: A) => Sequence>;

koffi.struct('xcb_screen_iterator_t', { data: 'uintptr_t', rem: 'int', index: 'int' });

/** @throws MissingLibrary */
export const xcb = once(() => {
  const core = loadLibrary('libxcb.so.1', 'libxcb1');
  const damage = loadLibrary('libxcb-damage.so.0', 'libxcb-damage0');
  const fixes = loadLibrary('libxcb-xfixes.so.0', 'libxcb-xfixes0');
  const shm = loadLibrary('libxcb-shm.so.0', 'libxcb-shm0');
  const libc = loadLibrary('libc.so.6', 'libc6');
  return {
    connect: core.func('uintptr_t xcb_connect(const char *display, void *screen)') as KoffiFunc<
      (display: string, screen: null) => Connection
    >,
    failure: core.func('int xcb_connection_has_error(uintptr_t)') as KoffiFunc<(c: Connection) => number>,
    disconnect: core.func('void xcb_disconnect(uintptr_t)') as KoffiFunc<(c: Connection) => void>,
    descriptor: core.func('int xcb_get_file_descriptor(uintptr_t)') as KoffiFunc<(c: Connection) => number>,
    setup: core.func('uintptr_t xcb_get_setup(uintptr_t)') as KoffiFunc<(c: Connection) => Address>,
    screens: core.func('xcb_screen_iterator_t xcb_setup_roots_iterator(uintptr_t setup)') as KoffiFunc<
      (setup: Address) => { data: Address }
    >,
    generateId: core.func('uint32_t xcb_generate_id(uintptr_t)') as KoffiFunc<(c: Connection) => number>,
    flush: core.func('int xcb_flush(uintptr_t)') as KoffiFunc<(c: Connection) => number>,
    pollForQueuedEvent: core.func('uintptr_t xcb_poll_for_queued_event(uintptr_t)') as KoffiFunc<
      (c: Connection) => Address
    >,
    pollForReply: core.func(
      'int xcb_poll_for_reply(uintptr_t, uint32_t, void *reply, void *error)',
    ) as KoffiFunc<
      (c: Connection, request: Sequence, reply: BigUint64Array, error: BigUint64Array) => number
    >,
    waitForReply: core.func('uintptr_t xcb_wait_for_reply(uintptr_t, uint32_t, void *error)') as KoffiFunc<
      (c: Connection, request: Sequence, error: BigUint64Array) => Address
    >,
    requestCheck: core.func('uintptr_t xcb_request_check(uintptr_t, uint32_t)') as KoffiFunc<
      (c: Connection, request: Sequence) => Address
    >,

    queryExtension: core.func('uint32_t xcb_query_extension(uintptr_t, uint16_t, const char *)') as Ask<
      [length: number, name: string]
    >,
    getGeometry: core.func('uint32_t xcb_get_geometry(uintptr_t, uint32_t)') as Ask<[drawable: number]>,
    changeWindow: core.func(
      'uint32_t xcb_change_window_attributes(uintptr_t, uint32_t, uint32_t, void *)',
    ) as Ask<[window: number, mask: number, values: Uint32Array]>,
    grabServer: core.func('uint32_t xcb_grab_server(uintptr_t)') as Ask<[]>,
    ungrabServer: core.func('uint32_t xcb_ungrab_server(uintptr_t)') as Ask<[]>,

    damageVersion: damage.func('uint32_t xcb_damage_query_version(uintptr_t, uint32_t, uint32_t)') as Ask<
      [major: number, minor: number]
    >,
    createDamage: damage.func('uint32_t xcb_damage_create(uintptr_t, uint32_t, uint32_t, uint8_t)') as Ask<
      [damage: number, drawable: number, level: number]
    >,
    subtractDamage: damage.func(
      'uint32_t xcb_damage_subtract(uintptr_t, uint32_t, uint32_t, uint32_t)',
    ) as Ask<[damage: number, repair: number, parts: number]>,

    fixesVersion: fixes.func('uint32_t xcb_xfixes_query_version(uintptr_t, uint32_t, uint32_t)') as Ask<
      [major: number, minor: number]
    >,
    createRegion: fixes.func(
      'uint32_t xcb_xfixes_create_region(uintptr_t, uint32_t, uint32_t, void *)',
    ) as Ask<[region: number, count: number, rectangles: null]>,
    uniteRegions: fixes.func(
      'uint32_t xcb_xfixes_union_region(uintptr_t, uint32_t, uint32_t, uint32_t)',
    ) as Ask<[one: number, other: number, into: number]>,
    fetchRegion: fixes.func('uint32_t xcb_xfixes_fetch_region(uintptr_t, uint32_t)') as Ask<[region: number]>,
    hideCursor: fixes.func('uint32_t xcb_xfixes_hide_cursor(uintptr_t, uint32_t)') as Ask<[window: number]>,

    shmVersion: shm.func('uint32_t xcb_shm_query_version(uintptr_t)') as Ask<[]>,
    attachChecked: shm.func('uint32_t xcb_shm_attach_checked(uintptr_t, uint32_t, uint32_t, uint8_t)') as Ask<
      [segment: number, id: number, readOnly: number]
    >,
    detach: shm.func('uint32_t xcb_shm_detach(uintptr_t, uint32_t)') as Ask<[segment: number]>,
    getImage: shm.func(
      'uint32_t xcb_shm_get_image(uintptr_t, uint32_t, int16_t, int16_t, uint16_t, uint16_t, uint32_t, uint8_t, uint32_t, uint32_t)',
    ) as Ask<
      [
        drawable: number,
        x: number,
        y: number,
        width: number,
        height: number,
        planes: number,
        format: number,
        segment: number,
        offset: number,
      ]
    >,

    poll: libc.func('int poll(void *, unsigned long, int)') as KoffiFunc<
      (descriptors: Int32Array, count: number, milliseconds: number) => number
    >,
    copy: libc.func('uintptr_t memcpy(void *, uintptr_t, size_t)') as KoffiFunc<
      (to: DataView, from: Address, bytes: number) => Address
    >,
    free: libc.func('void free(uintptr_t)') as KoffiFunc<(address: Address) => void>,
    duplicate: libc.func('int dup(int)') as KoffiFunc<(descriptor: number) => number>,
  };
});
