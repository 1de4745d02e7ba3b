using Microsoft.Win32.SafeHandles;

namespace EncryptionService.Service.Ledger;

/// <summary>One segment file: its known length, and a handle that the cache may close between two uses.</summary>
/// <param name="name">The segment.</param>
/// <param name="path">The file.</param>
/// <param name="length">Its length when it was found or created.</param>
/// <param name="cache">Who limits the open handles.</param>
internal sealed class SegmentFile(SegmentName name, string path, long length, HandleCache cache)
{
    private readonly Lock gate = new();
    private SafeFileHandle? handle;

    /// <summary>Set while bytes of a failed write may still stand behind the durable length.</summary>
    private bool dirty;

    /// <summary>The segment.</summary>
    public SegmentName Name => name;

    /// <summary>The durable length.</summary>
    public long Length => Interlocked.Read(ref length);

    /// <summary>Where the cache keeps this file; only the cache touches it.</summary>
    public LinkedListNode<SegmentFile>? CacheNode { get; set; }

    /// <summary>Appends durably if the length is the expected one; one write and one fsync when the handle is open.</summary>
    /// <param name="expectedLength">The expected length.</param>
    /// <param name="frame">What to append.</param>
    /// <returns>False: another length.</returns>
    /// <exception cref="LedgerUnavailableException">The write failed. The file has its former length, or gets it back before it is next used.</exception>
    public bool TryAppend(long expectedLength, ReadOnlySpan<byte> frame)
    {
        lock (gate)
        {
            if (length != expectedLength)
            {
                return false;
            }

            var file = Ready();
            try
            {
                RandomAccess.Write(file, frame, length);
                RandomAccess.FlushToDisk(file);
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                dirty = true;
                TryRepair(file);
                throw new LedgerUnavailableException($"Writing {name} failed.", error);
            }

            Interlocked.Add(ref length, frame.Length);
            return true;
        }
    }

    /// <summary>Reads from an offset to the durable end.</summary>
    /// <param name="offset">The offset.</param>
    /// <returns>The bytes.</returns>
    public ReadOnlyMemory<byte> Read(long offset)
    {
        lock (gate)
        {
            if (offset > length)
            {
                throw new LedgerDamagedException(new(name, null, offset, "the segment is shorter than it was"));
            }

            if (offset == length)
            {
                return ReadOnlyMemory<byte>.Empty;
            }

            var bytes = GC.AllocateUninitializedArray<byte>(checked((int)(length - offset)));
            var file = Ready();
            try
            {
                for (var read = 0; read < bytes.Length;)
                {
                    var count = RandomAccess.Read(file, bytes.AsSpan(read), offset + read);
                    read += count > 0 ? count : throw new LedgerDamagedException(new(name, null, offset + read, "the segment is shorter than it was"));
                }
            }
            catch (Exception error) when (error is (IOException or UnauthorizedAccessException) and not LedgerDamagedException)
            {
                throw new LedgerUnavailableException($"Reading {name} failed.", error);
            }

            return bytes;
        }
    }

    /// <summary>Cuts durably if the length is the expected one.</summary>
    /// <param name="expectedLength">The expected length.</param>
    /// <param name="newLength">What to leave.</param>
    /// <returns>False: another length.</returns>
    public bool TryCut(long expectedLength, long newLength)
    {
        lock (gate)
        {
            if (length != expectedLength)
            {
                return false;
            }

            var file = Ready();
            try
            {
                RandomAccess.SetLength(file, newLength);
                RandomAccess.FlushToDisk(file);
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                throw new LedgerUnavailableException($"Cutting {name} failed.", error);
            }

            Interlocked.Exchange(ref length, newLength);
            return true;
        }
    }

    /// <summary>Closes the handle unless the file is in use right now.</summary>
    /// <returns>Whether the handle is closed.</returns>
    public bool TryClose()
    {
        if (!gate.TryEnter())
        {
            return false;
        }

        try
        {
            handle?.Dispose();
            handle = null;
            return true;
        }
        finally
        {
            gate.Exit();
        }
    }

    /// <summary>An open handle to a file that has the length we know.</summary>
    private SafeFileHandle Ready()
    {
        try
        {
            handle ??= File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
            cache.Touch(this);
            if (dirty)
            {
                Repair(handle);
            }

            var found = RandomAccess.GetLength(handle);
            return found == length
                ? handle
                : throw new LedgerDamagedException(new(name, null, Math.Min(found, length), "the file was changed by somebody else"));
        }
        catch (FileNotFoundException)
        {
            throw new LedgerDamagedException(new(name, null, 0, "the segment is missing"));
        }
        catch (Exception error) when (error is (IOException or UnauthorizedAccessException) and not LedgerDamagedException)
        {
            throw new LedgerUnavailableException($"Opening {name} failed.", error);
        }
    }

    private void TryRepair(SafeFileHandle file)
    {
        try
        {
            Repair(file);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // The file stays dirty; whoever uses it next tries again before anything else.
        }
    }

    private void Repair(SafeFileHandle file)
    {
        RandomAccess.SetLength(file, length);
        RandomAccess.FlushToDisk(file);
        dirty = false;
    }
}

/// <summary>Keeps at most so many segment files open, the most recently used.</summary>
/// <remarks>Order of locks: a file's own gate, then this one. A file that is in use is passed over, never waited for.</remarks>
/// <param name="limit">How many.</param>
internal sealed class HandleCache(int limit)
{
    private readonly Lock gate = new();
    private readonly LinkedList<SegmentFile> files = [];

    /// <summary>Notes a use of a file that is open, and closes others if there are too many.</summary>
    /// <param name="file">The file; its gate is held by the caller.</param>
    public void Touch(SegmentFile file)
    {
        lock (gate)
        {
            if (file.CacheNode is { } known)
            {
                files.Remove(known);
                files.AddFirst(known);
                return;
            }

            file.CacheNode = files.AddFirst(file);
            for (var oldest = files.Last; files.Count > limit && oldest is not null && oldest.Value != file;)
            {
                var before = oldest.Previous;
                if (oldest.Value.TryClose())
                {
                    files.Remove(oldest);
                    oldest.Value.CacheNode = null;
                }

                oldest = before;
            }
        }
    }
}
