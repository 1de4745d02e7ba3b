namespace EncryptionService.Service.Ledger;

/// <summary>The ledger in files (docs/spec/ledger.md, section 4): one process at a time, append and fsync.</summary>
/// <remarks>
/// Instances of one process that name the same directory share its files and behave towards each other as rivals. Writes block the calling
/// thread for as long as the disk needs to make them durable.
/// </remarks>
internal sealed class FileLedger : ILedger
{
    private readonly FileLedgerRegistry registry;
    private readonly string path;
    private readonly FileStore store;
    private int disposed;

    private FileLedger(FileLedgerRegistry registry, string path, FileStore store)
    {
        this.registry = registry;
        this.path = path;
        this.store = store;
    }

    /// <inheritdoc/>
    public bool TailMayBeTorn => true;

    /// <inheritdoc/>
    public long SizeInBytes => store.SizeInBytes;

    /// <summary>Opens the ledger, creating its directory if need be.</summary>
    /// <param name="options">Path and number of open files.</param>
    /// <param name="time">The clock, for the lock file.</param>
    /// <returns>The ledger.</returns>
    /// <exception cref="LedgerLockedException">Another process uses it.</exception>
    /// <exception cref="LedgerUnavailableException">The directory cannot be used.</exception>
    public static FileLedger Open(LedgerOptions options, TimeProvider time) => Open(options, time, FileLedgerRegistry.OfThisProcess);

    /// <summary>Opens the ledger as a process with another registry would; for tests.</summary>
    internal static FileLedger Open(LedgerOptions options, TimeProvider time, FileLedgerRegistry registry)
    {
        var path = Path.TrimEndingDirectorySeparator(Path.GetFullPath(options.Path));
        return new FileLedger(registry, path, registry.Enter(path, options.OpenFiles, time));
    }

    /// <inheritdoc/>
    public ValueTask<bool> TryCreateAsync(SegmentName segment, CancellationToken cancellationToken)
    {
        ThrowIfUnusable(segment, cancellationToken);
        return ValueTask.FromResult(store.TryCreate(segment));
    }

    /// <inheritdoc/>
    public ValueTask<bool> TryAppendAsync(SegmentName segment, long expectedLength, ReadOnlyMemory<byte> frame, CancellationToken cancellationToken)
    {
        ThrowIfUnusable(segment, cancellationToken);
        return ValueTask.FromResult(store.Find(segment)?.TryAppend(expectedLength, frame.Span) ?? false);
    }

    /// <inheritdoc/>
    public ValueTask<ReadOnlyMemory<byte>?> ReadAsync(SegmentName segment, long offset, CancellationToken cancellationToken)
    {
        ThrowIfUnusable(segment, cancellationToken);
        return ValueTask.FromResult(store.Find(segment)?.Read(offset));
    }

    /// <inheritdoc/>
    public ValueTask<bool> TryCutAsync(SegmentName segment, long expectedLength, long length, CancellationToken cancellationToken)
    {
        ThrowIfUnusable(segment, cancellationToken);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(length, expectedLength);
        return ValueTask.FromResult(store.Find(segment)?.TryCut(expectedLength, length) ?? false);
    }

    /// <inheritdoc/>
    public IAsyncEnumerable<SegmentName> ListAsync(StreamName? stream, CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(disposed != 0, this);
        cancellationToken.ThrowIfCancellationRequested();
        return store.List(stream).ToAsyncEnumerable();
    }

    /// <inheritdoc/>
    public ValueTask ProbeAsync(CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(disposed != 0, this);
        cancellationToken.ThrowIfCancellationRequested();
        store.Probe();
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref disposed, 1) == 0)
        {
            registry.Leave(path);
        }

        return ValueTask.CompletedTask;
    }

    private void ThrowIfUnusable(SegmentName segment, CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(disposed != 0, this);
        ArgumentOutOfRangeException.ThrowIfLessThan(segment.Number, 1);
        ArgumentOutOfRangeException.ThrowIfEqual(segment.Stream, default);
        cancellationToken.ThrowIfCancellationRequested();
    }
}

/// <summary>Which directories this process has open, and how often.</summary>
internal sealed class FileLedgerRegistry
{
    private readonly Lock gate = new();
    private readonly Dictionary<string, (FileStore Store, int Users)> stores = new(StringComparer.Ordinal);

    /// <summary>The registry that everybody uses.</summary>
    public static FileLedgerRegistry OfThisProcess { get; } = new();

    /// <summary>Opens a directory, or joins those who have it open.</summary>
    public FileStore Enter(string path, int openFiles, TimeProvider time)
    {
        lock (gate)
        {
            if (stores.TryGetValue(path, out var known))
            {
                stores[path] = known with { Users = known.Users + 1 };
                return known.Store;
            }

            // Disposed by the last one to leave.
            var store = new FileStore(path, openFiles, time);
            stores.Add(path, (store, 1));
            return store;
        }
    }

    /// <summary>Leaves a directory; the last one closes it.</summary>
    public void Leave(string path)
    {
        lock (gate)
        {
            var (store, users) = stores[path];
            if (users > 1)
            {
                stores[path] = (store, users - 1);
                return;
            }

            stores.Remove(path);
            store.Dispose();
        }
    }
}
