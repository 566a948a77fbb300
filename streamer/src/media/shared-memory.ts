/** Memory that the X server writes into: a System V segment, as MIT-SHM takes it. */
import koffi, { type KoffiFunc } from 'koffi';
import { type Address, loadLibrary, once } from './native.ts';

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
    shmctl: library.func('int shmctl(int id, int command, uintptr_t buffer)') as KoffiFunc<
      (id: number, command: number, buffer: Address) => number
    >,
  };
});

/** `IPC_CREAT | 0600` (sys/ipc.h): nobody else's processes read the screen. */
const CREATE_PRIVATE = 0o1600;
const IPC_RMID = 0;

export class SharedMemory implements Disposable {
  /** What `XShmAttach` takes. */
  readonly id: number;
  readonly address: Address;
  readonly bytes: ArrayBuffer;

  /** @throws Error naming the kernel limit to raise if the system has no room for `size` bytes */
  constructor(size: number) {
    const { shmget, shmat, shmctl } = libc();
    this.id = shmget(0, size, CREATE_PRIVATE);
    if (this.id < 0) throw refused('shmget', size);
    this.address = shmat(this.id, 0, 0);
    // Linux lets others attach to what is marked for removal; so it goes with its last user, even after kill -9.
    shmctl(this.id, IPC_RMID, 0);
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
