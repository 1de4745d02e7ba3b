using System.Globalization;

namespace EncryptionService.Service.Ledger;

/// <summary>One directory of segments, shared by every <see cref="FileLedger"/> of this process that names it.</summary>
/// <remarks>While the lock is held nobody else writes here, so what is known in memory is what is on the disk.</remarks>
internal sealed class FileStore : IDisposable
{
    private const string Extension = ".seg";
    private const string GroupPrefix = "group-";
    private const UnixFileMode OwnerFile = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode OwnerDirectory = OwnerFile | UnixFileMode.UserExecute;

    private readonly string root;
    private readonly LedgerLock ledgerLock;
    private readonly HandleCache cache;
    private readonly Lock gate = new();
    private readonly SortedDictionary<StreamName, SortedDictionary<int, SegmentFile>> streams = [];
    private readonly Lock probing = new();

    /// <summary>Locks the directory, creating it if need be, and finds the segments in it.</summary>
    /// <param name="root">The full path.</param>
    /// <param name="openFiles">How many files to keep open.</param>
    /// <param name="time">The clock.</param>
    /// <exception cref="LedgerLockedException">Another process uses it.</exception>
    /// <exception cref="LedgerUnavailableException">It cannot be used.</exception>
    public FileStore(string root, int openFiles, TimeProvider time)
    {
        this.root = root;
        cache = new HandleCache(openFiles);
        try
        {
            CreateDirectory(root);
            Posix.SyncDirectory(Path.GetDirectoryName(root) ?? root);
            ledgerLock = LedgerLock.Take(root, time);
        }
        catch (Exception error) when (error is (IOException or UnauthorizedAccessException) and not LedgerLockedException)
        {
            throw new LedgerUnavailableException($"The ledger at {root} cannot be used.", error);
        }

        try
        {
            FindSegments();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            ledgerLock.Dispose();
            throw new LedgerUnavailableException($"The ledger at {root} cannot be read.", error);
        }
    }

    /// <summary>The bytes in all segments.</summary>
    public long SizeInBytes
    {
        get
        {
            lock (gate)
            {
                return streams.Values.Sum(segments => segments.Values.Sum(segment => segment.Length));
            }
        }
    }

    /// <summary>The file of a segment, or null.</summary>
    public SegmentFile? Find(SegmentName segment)
    {
        lock (gate)
        {
            return streams.GetValueOrDefault(segment.Stream)?.GetValueOrDefault(segment.Number);
        }
    }

    /// <summary>The segments of one stream, or of all, in order.</summary>
    public IReadOnlyList<SegmentName> List(StreamName? stream)
    {
        lock (gate)
        {
            var chosen = stream is not { } one ? [.. streams.Values]
                : streams.TryGetValue(one, out var segments) ? [segments]
                : Array.Empty<SortedDictionary<int, SegmentFile>>();
            return [.. chosen.SelectMany(segments => segments.Values).Select(segment => segment.Name)];
        }
    }

    /// <summary>Creates an empty segment durably: the file, then the entry in its directory, and before both the directory itself.</summary>
    /// <returns>False: it exists.</returns>
    public bool TryCreate(SegmentName segment)
    {
        var directory = DirectoryOf(segment.Stream);
        var path = Path.Combine(directory, segment.Number.ToString("D6", CultureInfo.InvariantCulture) + Extension);
        lock (gate)
        {
            if (streams.GetValueOrDefault(segment.Stream)?.ContainsKey(segment.Number) == true)
            {
                return false;
            }

            try
            {
                CreateDirectory(directory);
                if (!streams.ContainsKey(segment.Stream))
                {
                    // Also when the directory is there: an earlier attempt may have failed right here.
                    Posix.SyncDirectory(root);
                }

                CreateFile(segment, path);
                Posix.SyncDirectory(directory);
            }
            catch (Exception error) when (error is (IOException or UnauthorizedAccessException) and not LedgerDamagedException)
            {
                throw new LedgerUnavailableException($"Creating {segment} failed.", error);
            }

            Add(segment, path, 0);
            return true;
        }
    }

    /// <summary>Writes and removes a block of data, as a frame would be written.</summary>
    /// <exception cref="LedgerUnavailableException">That did not work.</exception>
    public void Probe()
    {
        var path = Path.Combine(root, "probe");
        lock (probing)
        {
            try
            {
                using var handle = File.OpenHandle(path, FileMode.Create, FileAccess.Write, FileShare.None, FileOptions.DeleteOnClose);
                RandomAccess.Write(handle, new byte[Environment.SystemPageSize], 0);
                RandomAccess.FlushToDisk(handle);
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                throw new LedgerUnavailableException("The ledger cannot be written.", error);
            }
        }
    }

    /// <summary>Closes every file and lets go of the lock.</summary>
    public void Dispose()
    {
        lock (gate)
        {
            foreach (var file in streams.Values.SelectMany(segments => segments.Values))
            {
                file.TryClose();
            }
        }

        ledgerLock.Dispose();
    }

    /// <summary>Ids may be "." or "..", hence the prefix.</summary>
    private string DirectoryOf(StreamName stream) =>
        Path.Combine(root, stream.GroupId is { } id ? GroupPrefix + id : stream.ToString());

    private void FindSegments()
    {
        foreach (var directory in new DirectoryInfo(root).EnumerateDirectories())
        {
            var text = directory.Name.StartsWith(GroupPrefix, StringComparison.Ordinal)
                ? "group/" + directory.Name[GroupPrefix.Length..]
                : directory.Name;
            if (!StreamName.TryParse(text, out var stream) || DirectoryOf(stream) != directory.FullName)
            {
                continue;
            }

            foreach (var file in directory.EnumerateFiles("*" + Extension))
            {
                if (int.TryParse(Path.GetFileNameWithoutExtension(file.Name), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
                    && number > 0 && file.Name == number.ToString("D6", CultureInfo.InvariantCulture) + Extension)
                {
                    Add(new SegmentName(stream, number), file.FullName, file.Length);
                }
            }
        }
    }

    private void Add(SegmentName segment, string path, long length)
    {
        if (!streams.TryGetValue(segment.Stream, out var segments))
        {
            streams.Add(segment.Stream, segments = []);
        }

        segments.Add(segment.Number, new SegmentFile(segment, path, length, cache));
    }

    private static void CreateDirectory(string path)
    {
        if (Directory.Exists(path))
        {
            return;
        }

        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(path);
            return;
        }

        Directory.CreateDirectory(path, OwnerDirectory);
    }

    /// <summary>Creates the file, or takes the empty one that an attempt left which failed half way.</summary>
    private static void CreateFile(SegmentName segment, string path)
    {
        var options = new FileStreamOptions { Mode = FileMode.OpenOrCreate, Access = FileAccess.ReadWrite, BufferSize = 0 };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = OwnerFile;
        }

        using var file = new FileStream(path, options);
        if (file.Length > 0)
        {
            throw new LedgerDamagedException(new(segment, null, 0, "a file appeared that this process did not write"));
        }

        file.Flush(flushToDisk: true);
    }
}
