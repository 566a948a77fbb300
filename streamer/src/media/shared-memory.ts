/** Memory that this process and an X server share: a System V segment, as MIT-SHM and Xvfb's `-shmem` have it. */
import koffi, { type KoffiFunc } from 'koffi';
import { type Address, loadLibrary, once } from '../native.ts';

const libc = once(() => {
  const library = loadLibrary('libc.so.6', 'libc6');
  return {
    shmget: library.func('int shmget(int key, size_t size, int flags)') as KoffiFunc<
      (key: number, size: number, flags: number) => number
    >,
    shmat: library.func('intptr_t shmat(int id, uintptr_t address, int flags)') as KoffiFunc<
      (id: number, address: Address, flags: number) => Address
    >,
    shmdt: library.func('int shmdt(uintptr_t address)') as KoffiFunc<(address: Address) => number>,
    shmctl: library.func('int shmctl(int id, int command, _Inout_ uint8_t *buffer)') as KoffiFunc<
      (id: number, command: number, buffer: Uint8Array | null) => number
    >,
  };
});

/** `IPC_CREAT | 0600` (sys/ipc.h): nobody else's processes read the screen. */
const CREATE_PRIVATE = 0o1600;
const SHM_RDONLY = 0o10000;
const IPC_RMID = 0;
const IPC_SET = 1;
const IPC_STAT = 2;

/** `struct shmid_ds` on 64-bit Linux: its size, and where `shm_perm.mode` and `shm_segsz` lie, bytes. */
const SHMID_DS = { bytes: 112, mode: 20, size: 48 };
const PRIVATE = 0o600;

export class SharedMemory implements Disposable {
  /** A segment of our own. @throws Error naming the kernel limit to raise if the system has no room for `size` bytes */
  static create(size: number): SharedMemory {
    const id = libc().shmget(0, size, CREATE_PRIVATE);
    if (id < 0) throw refused('shmget', size);
    return new SharedMemory(id, size, 0);
  }

  /**
   * A segment that another process of this user made, to be read only. From now on nobody else's processes can open it.
   *
   * @throws Error if there is none of this number, or it is another user's
   */
  static attach(id: number): SharedMemory {
    const state = new DataView(new ArrayBuffer(SHMID_DS.bytes));
    const bytes = new Uint8Array(state.buffer);
    if (libc().shmctl(id, IPC_STAT, bytes) < 0) {
      throw new Error(`The X server's memory ${id} cannot be opened (errno ${koffi.errno()}).`);
    }
    state.setUint16(SHMID_DS.mode, PRIVATE, true);
    libc().shmctl(id, IPC_SET, bytes);
    return new SharedMemory(id, Number(state.getBigUint64(SHMID_DS.size, true)), SHM_RDONLY);
  }

  /** What `XShmAttach` takes. */
  readonly id: number;
  readonly address: Address;
  readonly bytes: ArrayBuffer;

  private constructor(id: number, size: number, flags: number) {
    const { shmat, shmctl } = libc();
    this.id = id;
    this.address = shmat(id, 0, flags);
    // Linux lets others attach to what is marked for removal; so it goes with its last user, even after kill -9.
    shmctl(id, IPC_RMID, null);
    if (this.address === -1) throw refused('shmat', size);
    this.bytes = koffi.view(this.address, size);
  }

  [Symbol.dispose](): void {
    libc().shmdt(this.address);
  }
}

function refused(call: string, size: number): Error {
  const { EINVAL, ENOSPC, ENOMEM } = koffi.os.errno;
  const errno = koffi.errno();
  const megabytes = Math.ceil(size / 2 ** 20);
  const remedy =
    errno === EINVAL
      ? `kernel.shmmax is smaller than that: sysctl kernel.shmmax=${2 ** Math.ceil(Math.log2(size))}`
      : errno === ENOSPC || errno === ENOMEM
        ? 'kernel.shmall or kernel.shmmni is used up, or the container has too little memory: look at `ipcs -m`, raise its memory limit'
        : 'the container forbids System V shared memory: allow it, or use a smaller --size';
  return new Error(
    `No shared memory for the screen: ${call} of ${megabytes} MiB failed (errno ${errno}); ${remedy}.`,
  );
}
