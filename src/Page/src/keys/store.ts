import { makeKeys } from './make';
import type { MemberRecord } from './record';

/** Where memberships are kept. */
export interface MemberStore {
  /** `kept`: in this browser; `visit`: in memory, until the page is closed; `disk`: the same, because the page is a file. */
  readonly kind: 'kept' | 'visit' | 'disk';
  list(): Promise<MemberRecord[]>;
  read(id: string): Promise<MemberRecord | null>;
  /** Changes a record, or makes it; nobody else writes between reading and writing. */
  update(id: string, change: (present: MemberRecord | null) => MemberRecord): Promise<MemberRecord>;
  remove(id: string): Promise<void>;
}

const databaseName = 'encryption-service';
const storeName = 'members';

/** Whether the page is no server's: then its storage may be every other file's, too. */
export const isFromDisk = (protocol: string): boolean => protocol !== 'https:' && protocol !== 'http:';

/** The store of this browser; where it cannot keep keys (private windows) or must not (files), one for this visit only. */
export async function openStore(protocol: string): Promise<MemberStore> {
  if (isFromDisk(protocol)) {
    forget();
    return new VisitStore('disk');
  }
  try {
    const database = await openDatabase();
    await probe(database);
    return new KeptStore(database);
  } catch {
    return new VisitStore();
  }
}

/** Deletes what an earlier version left. Another tab may block it for as long as it likes, so nothing waits for it. */
function forget(): void {
  try {
    indexedDB.deleteDatabase(databaseName);
  } catch {
    // No storage here: nothing was left.
  }
}

function openDatabase(): Promise<IDBDatabase> {
  const opening = indexedDB.open(databaseName, 1);
  opening.onupgradeneeded = () => opening.result.createObjectStore(storeName, { keyPath: 'id' });
  return new Promise((resolve, reject) => {
    opening.onsuccess = () => {
      // A newer page in another tab must not wait for this one.
      opening.result.onversionchange = () => opening.result.close();
      resolve(opening.result);
    };
    opening.onerror = () => reject(opening.error);
    opening.onblocked = () => reject(new Error('blocked'));
  });
}

/** Some browsers have the database and refuse keys in it. */
async function probe(database: IDBDatabase): Promise<void> {
  const keys = await makeKeys(false);
  const transaction = database.transaction(storeName, 'readwrite');
  transaction.objectStore(storeName).put({ id: '', keys });
  transaction.objectStore(storeName).delete('');
  await done(transaction);
}

class KeptStore implements MemberStore {
  readonly kind = 'kept';

  constructor(private readonly database: IDBDatabase) {}

  async list(): Promise<MemberRecord[]> {
    return result<MemberRecord[]>(this.database.transaction(storeName).objectStore(storeName).getAll());
  }

  async read(id: string): Promise<MemberRecord | null> {
    return (await result<MemberRecord | undefined>(this.database.transaction(storeName).objectStore(storeName).get(id))) ?? null;
  }

  async update(id: string, change: (present: MemberRecord | null) => MemberRecord): Promise<MemberRecord> {
    const transaction = this.database.transaction(storeName, 'readwrite', { durability: 'strict' });
    const store = transaction.objectStore(storeName);
    const after = await new Promise<MemberRecord>((resolve, reject) => {
      const reading = store.get(id);
      reading.onerror = () => reject(reading.error);
      // Within this event the transaction is still open: what is written belongs to what was read.
      reading.onsuccess = () => {
        try {
          const changed = change((reading.result as MemberRecord | undefined) ?? null);
          store.put(changed);
          resolve(changed);
        } catch (error) {
          transaction.abort();
          reject(error);
        }
      };
    });
    await done(transaction);
    return after;
  }

  async remove(id: string): Promise<void> {
    const transaction = this.database.transaction(storeName, 'readwrite');
    transaction.objectStore(storeName).delete(id);
    await done(transaction);
  }
}

/** Memory, for this visit. */
export class VisitStore implements MemberStore {
  private readonly records = new Map<string, MemberRecord>();

  constructor(readonly kind: 'visit' | 'disk' = 'visit') {}

  async list(): Promise<MemberRecord[]> {
    return [...this.records.values()];
  }

  async read(id: string): Promise<MemberRecord | null> {
    return this.records.get(id) ?? null;
  }

  async update(id: string, change: (present: MemberRecord | null) => MemberRecord): Promise<MemberRecord> {
    const after = change(this.records.get(id) ?? null);
    this.records.set(id, after);
    return after;
  }

  async remove(id: string): Promise<void> {
    this.records.delete(id);
  }
}

function result<T>(request: IDBRequest): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result as T);
    request.onerror = () => reject(request.error);
  });
}

function done(transaction: IDBTransaction): Promise<void> {
  return new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve();
    transaction.onabort = () => reject(transaction.error ?? new Error('The browser did not store it.'));
  });
}
