/**
 * As much of GStreamer as encoding takes, through koffi. Pull-only: a callback from one of GStreamer's threads would
 * block that thread until the event loop is free, and deadlock with a synchronous call that waits for the thread. What
 * may wait runs by `callAsync`.
 */
import koffi, { type KoffiFunc } from 'koffi';
import { type Address, callAsync, loadLibrary, once } from '../native.ts';

const gst = once(() => {
  const core = loadLibrary('libgstreamer-1.0.so.0', 'libgstreamer1.0-0');
  const app = loadLibrary('libgstapp-1.0.so.0', 'libgstreamer-plugins-base1.0-0');
  const video = loadLibrary('libgstvideo-1.0.so.0', 'libgstreamer-plugins-base1.0-0');
  const glib = loadLibrary('libglib-2.0.so.0', 'libglib2.0-0');
  const gobject = loadLibrary('libgobject-2.0.so.0', 'libglib2.0-0');
  const functions = {
    init: core.func('void gst_init(void*, void*)'),
    version: core.func('void gst_version(_Out_ uint*, _Out_ uint*, _Out_ uint*, _Out_ uint*)'),
    findFactory: core.func('uintptr_t gst_element_factory_find(const char*)'),
    createElement: core.func('uintptr_t gst_element_factory_create(uintptr_t, const char*)'),
    parseLaunch: core.func('uintptr_t gst_parse_launch(const char*, _Out_ void**)'),
    getByName: core.func('uintptr_t gst_bin_get_by_name(uintptr_t, const char*)'),
    setState: core.func('int gst_element_set_state(uintptr_t, int)') as KoffiFunc<
      (element: Address, state: number) => number
    >,
    setProperty: core.func('void gst_util_set_object_arg(uintptr_t, const char*, const char*)'),
    sendEvent: core.func('int gst_element_send_event(uintptr_t, uintptr_t)'),
    getBaseTime: core.func('uint64_t gst_element_get_base_time(uintptr_t)'),
    getBus: core.func('uintptr_t gst_element_get_bus(uintptr_t)'),
    popMessage: core.func('uintptr_t gst_bus_timed_pop_filtered(uintptr_t, uint64_t, int)'),
    parseError: core.func('void gst_message_parse_error(uintptr_t, _Out_ void**, _Out_ void**)'),
    wrapMemory: core.func(
      'uintptr_t gst_buffer_new_wrapped_full(int, uintptr_t, size_t, size_t, size_t, void*, void*)',
    ),
    allocateBuffer: core.func('uintptr_t gst_buffer_new_allocate(void*, size_t, void*)'),
    fillBuffer: core.func('size_t gst_buffer_fill(uintptr_t, size_t, const void*, size_t)'),
    sampleBuffer: core.func('uintptr_t gst_sample_get_buffer(uintptr_t)'),
    bufferSize: core.func('size_t gst_buffer_get_size(uintptr_t)'),
    bufferFlags: core.func('uint gst_buffer_get_flags(uintptr_t)'),
    bufferExtract: core.func('size_t gst_buffer_extract(uintptr_t, size_t, void*, size_t)'),
    dumpDot: core.func('void gst_debug_bin_to_dot_file_with_ts(uintptr_t, int, const char*)'),
    unrefObject: core.func('void gst_object_unref(uintptr_t)'),
    unrefMiniObject: core.func('void gst_mini_object_unref(uintptr_t)'),
    pushBuffer: app.func('int gst_app_src_push_buffer(uintptr_t, uintptr_t)'),
    waitingBytes: app.func('uint64_t gst_app_src_get_current_level_bytes(uintptr_t)'),
    pullSample: app.func('uintptr_t gst_app_sink_try_pull_sample(uintptr_t, uint64_t)') as KoffiFunc<
      (sink: Address, timeout: number) => Address
    >,
    forceKeyUnit: video.func('uintptr_t gst_video_event_new_upstream_force_key_unit(uint64_t, int, uint)'),
    findProperty: gobject.func('uintptr_t g_object_class_find_property(uintptr_t, const char*)'),
    freeError: glib.func('void g_error_free(void*)'),
    free: glib.func('void g_free(void*)'),
  };
  functions.init(null, null);
  return functions;
});

/** Values of `GstState`. */
const STATE_NULL = 1;
const STATE_PAUSED = 3;
const STATE_PLAYING = 4;
const STATE_CHANGE_FAILURE = 0;
const MESSAGE_ERROR = 1 << 1;
const BUFFER_FLAG_DELTA_UNIT = 1 << 13;
const CLOCK_TIME_NONE = 0xffff_ffff_ffff_ffffn;
const DEBUG_GRAPH_SHOW_ALL = 15;
const FLOW_OK = 0;

/** @throws MissingLibrary */
export function gstreamerVersion(): string {
  const parts: [number[], number[], number[], number[]] = [[0], [0], [0], [0]];
  gst().version(...parts);
  return parts
    .slice(0, 3)
    .map(([part]) => part)
    .join('.');
}

/** Whether a plugin that has this element is installed. */
export function elementExists(name: string): boolean {
  const factory: Address = gst().findFactory(name);
  if (factory === 0) return false;
  gst().unrefObject(factory);
  return true;
}

/**
 * Those of the names that are properties of the element; versions of GStreamer differ.
 *
 * @throws Error if there is no such element
 */
export function presentProperties(element: string, names: readonly string[]): string[] {
  const { findFactory, createElement, findProperty, unrefObject } = gst();
  const factory: Address = findFactory(element);
  if (factory === 0) throw new Error(`GStreamer has no element ${element}.`);
  const instance: Address = createElement(factory, null);
  unrefObject(factory);
  if (instance === 0) throw new Error(`GStreamer cannot make a ${element}.`);
  // The first field of an instance is its class (`GTypeInstance`).
  const ofClass: Address = Number(koffi.decode(instance, 'uintptr_t'));
  const present = names.filter((name) => findProperty(ofClass, name) !== 0);
  unrefObject(instance);
  return present;
}

/** What came out for one buffer. */
export interface CodedUnit {
  data: Buffer;
  /** Decodable without an earlier one. */
  key: boolean;
}

/**
 * A pipeline with an `appsrc` named `in`, an `appsink` named `out` and between them an element named `codec`, which
 * gives one buffer for each that it takes. One buffer at a time.
 */
export class CodecPipeline implements AsyncDisposable {
  readonly #pipeline: Address;
  readonly #source: Address;
  readonly #codec: Address;
  readonly #sink: Address;
  #graph: Graph | undefined;

  /** @throws Error if the description does not parse or an element is missing */
  constructor(description: string) {
    this.#pipeline = parseLaunch(description);
    this.#source = gst().getByName(this.#pipeline, 'in');
    this.#codec = gst().getByName(this.#pipeline, 'codec');
    this.#sink = gst().getByName(this.#pipeline, 'out');
  }

  /**
   * @param name in the file name of the graph that `GST_DEBUG_DUMP_DOT_DIR` asks for
   * @throws Error with the bus's message if it does not start; it is disposed of then
   */
  async play(name: string): Promise<void> {
    this.#graph = new Graph(this.#pipeline, name);
    const change = await callAsync(gst().setState, this.#pipeline, STATE_PLAYING);
    if (change !== STATE_CHANGE_FAILURE) return;
    const failure = failureOf(this.#pipeline, 'The codec', 'it does not start');
    await this[Symbol.asyncDispose]();
    throw failure;
  }

  /**
   * Passes the bytes at `address` through; they stay untouched until the promise is settled.
   *
   * @param timeout ms after which the codec counts as stuck
   * @throws Error with the bus's message if the codec failed
   */
  async pass(address: Address, bytes: number, timeout: number): Promise<CodedUnit> {
    return await this.#passBuffer(gst().wrapMemory(0, address, bytes, 0, bytes, null, null), timeout);
  }

  /** Like {@link pass}, with a copy of the bytes. */
  async passCopy(bytes: Uint8Array, timeout: number): Promise<CodedUnit> {
    return await this.#passBuffer(bufferOf(bytes), timeout);
  }

  /** Takes the buffer over. */
  async #passBuffer(buffer: Address, timeout: number): Promise<CodedUnit> {
    const { pushBuffer, pullSample } = gst();
    if (pushBuffer(this.#source, buffer) !== FLOW_OK) {
      throw failureOf(this.#pipeline, 'The codec', 'it takes no more data');
    }
    const sample = await callAsync(pullSample, this.#sink, timeout * 1e6);
    if (sample === 0) throw failureOf(this.#pipeline, 'The codec', `nothing came within ${timeout} ms`);
    this.#graph?.dumpOnce();
    return takeSample(sample);
  }

  /** What the encoder makes of the next frame is to be a key frame. */
  forceKeyUnit(): void {
    const { sendEvent, forceKeyUnit } = gst();
    sendEvent(this.#codec, forceKeyUnit(CLOCK_TIME_NONE, 1, 0));
  }

  setCodecProperty(name: string, value: string): void {
    gst().setProperty(this.#codec, name, value);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await callAsync(gst().setState, this.#pipeline, STATE_NULL);
    for (const object of [this.#source, this.#codec, this.#sink, this.#pipeline]) gst().unrefObject(object);
  }
}

/** What was recorded at once. */
export interface RecordedPiece {
  data: Buffer;
  /** Of its beginning, ms on the system's monotonic clock. */
  time: number;
}

/**
 * A pipeline that ends in an `appsink` named `out` and whose source leaves the clock to the system. Nothing queues: what
 * is not pulled in time is gone, if the sink has `drop=true`.
 */
export class SourcePipeline implements AsyncDisposable {
  readonly #pipeline: Address;
  readonly #sink: Address;
  #graph: Graph | undefined;

  /** @throws Error if the description does not parse or an element is missing */
  constructor(description: string) {
    this.#pipeline = parseLaunch(description);
    this.#sink = gst().getByName(this.#pipeline, 'out');
  }

  /**
   * @param name in the file name of the graph that `GST_DEBUG_DUMP_DOT_DIR` asks for
   * @throws Error with the bus's message if it does not start; it is disposed of then
   */
  async play(name: string): Promise<void> {
    this.#graph ??= new Graph(this.#pipeline, name);
    const change = await callAsync(gst().setState, this.#pipeline, STATE_PLAYING);
    if (change !== STATE_CHANGE_FAILURE) return;
    const failure = failureOf(this.#pipeline, 'The source', 'it does not start');
    await this[Symbol.asyncDispose]();
    throw failure;
  }

  /** Nothing is recorded until the next {@link play}. */
  async pause(): Promise<void> {
    await callAsync(gst().setState, this.#pipeline, STATE_PAUSED);
  }

  /**
   * @param timeout ms after which the source counts as stuck
   * @throws Error with the bus's message if the source failed
   */
  async pull(timeout: number): Promise<RecordedPiece> {
    const sample = await callAsync(gst().pullSample, this.#sink, timeout * 1e6);
    if (sample === 0) throw failureOf(this.#pipeline, 'The source', `nothing came within ${timeout} ms`);
    this.#graph?.dumpOnce();
    const time = Number(gst().getBaseTime(this.#pipeline)) + presentationTime(gst().sampleBuffer(sample));
    return { data: takeSample(sample).data, time: time / 1e6 };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await callAsync(gst().setState, this.#pipeline, STATE_NULL);
    for (const object of [this.#sink, this.#pipeline]) gst().unrefObject(object);
  }
}

/** A pipeline that begins with an `appsrc` named `in`, which bounds what waits there. */
export class SinkPipeline implements AsyncDisposable {
  readonly #pipeline: Address;
  readonly #source: Address;

  /** @throws Error if the description does not parse or an element is missing */
  constructor(description: string) {
    this.#pipeline = parseLaunch(description);
    this.#source = gst().getByName(this.#pipeline, 'in');
  }

  /** @throws Error with the bus's message if it does not start; it is disposed of then */
  async play(): Promise<void> {
    const change = await callAsync(gst().setState, this.#pipeline, STATE_PLAYING);
    if (change !== STATE_CHANGE_FAILURE) return;
    const failure = failureOf(this.#pipeline, 'The sink', 'it does not start');
    await this[Symbol.asyncDispose]();
    throw failure;
  }

  /** Bytes that the sink has not taken yet. */
  get waiting(): number {
    return Number(gst().waitingBytes(this.#source));
  }

  /** Passes a copy of the bytes on; never waits. @throws Error with the bus's message if the sink failed */
  push(bytes: Uint8Array): void {
    // A sink that fails is not seen by who pushes: it says so on the bus only.
    const failure = takeFailure(this.#pipeline);
    if (failure !== undefined) throw new Error(`The sink failed: ${failure}`);
    gst().pushBuffer(this.#source, bufferOf(bytes));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await callAsync(gst().setState, this.#pipeline, STATE_NULL);
    for (const object of [this.#source, this.#pipeline]) gst().unrefObject(object);
  }
}

/** The drawing of a pipeline that `GST_DEBUG_DUMP_DOT_DIR` asks for. */
class Graph {
  readonly #pipeline: Address;
  readonly #name: string;
  #dumped = false;

  constructor(pipeline: Address, name: string) {
    this.#pipeline = pipeline;
    this.#name = name;
  }

  /** To be called after the first frame: only then are the caps negotiated. */
  dumpOnce(): void {
    if (!this.#dumped) gst().dumpDot(this.#pipeline, DEBUG_GRAPH_SHOW_ALL, this.#name);
    this.#dumped = true;
  }
}

/** A buffer with a copy of the bytes. */
function bufferOf(bytes: Uint8Array): Address {
  const { allocateBuffer, fillBuffer } = gst();
  const buffer: Address = allocateBuffer(null, bytes.byteLength, null);
  fillBuffer(buffer, 0, bytes, bytes.byteLength);
  return buffer;
}

function failureOf(pipeline: Address, part: string, otherwise: string): Error {
  return new Error(`${part} failed: ${takeFailure(pipeline) ?? `${otherwise}.`}`);
}

/** What the pipeline's bus has of errors, if anything. */
function takeFailure(pipeline: Address): string | undefined {
  const bus: Address = gst().getBus(pipeline);
  const message: Address = gst().popMessage(bus, 0, MESSAGE_ERROR);
  gst().unrefObject(bus);
  if (message === 0) return undefined;
  const text = readError(message);
  gst().unrefMiniObject(message);
  return text;
}

/** Field `pts` of `GstBuffer` (ns), which has no accessor: it follows a `GstMiniObject` of 64 bytes and a pointer. */
function presentationTime(buffer: Address): number {
  return Number(koffi.decode(buffer, 72, 'uint64_t'));
}

function parseLaunch(description: string): Address {
  const error: [unknown] = [null];
  const pipeline: Address = gst().parseLaunch(description, error);
  if (!error[0]) return pipeline;
  const text = takeGError(error[0]);
  if (pipeline !== 0) gst().unrefObject(pipeline);
  throw new Error(`GStreamer refused the pipeline: ${text}`);
}

function readError(message: Address): string {
  const error: [unknown] = [null];
  const debug: [unknown] = [null];
  gst().parseError(message, error, debug);
  const details = debug[0] ? ` (${koffi.decode(debug[0], 'char', -1)})` : '';
  gst().free(debug[0]);
  return takeGError(error[0]) + details;
}

/** `struct GError { GQuark domain; gint code; gchar *message; }` */
function takeGError(error: unknown): string {
  const text: string = koffi.decode(error, 8, 'const char*');
  gst().freeError(error);
  return text;
}

function takeSample(sample: Address): CodedUnit {
  const { sampleBuffer, bufferSize, bufferFlags, bufferExtract, unrefMiniObject } = gst();
  const buffer: Address = sampleBuffer(sample);
  const data = Buffer.allocUnsafe(bufferSize(buffer));
  bufferExtract(buffer, 0, data, data.length);
  const key = (bufferFlags(buffer) & BUFFER_FLAG_DELTA_UNIT) === 0;
  unrefMiniObject(sample);
  return { data, key };
}
