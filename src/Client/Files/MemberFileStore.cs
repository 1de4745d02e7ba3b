namespace EncryptionService.Client;

/// <summary>A member's file on disk.</summary>
/// <param name="path">Path of the file. A lock file stands beside it.</param>
/// <param name="time">The clock.</param>
public sealed class MemberFileStore(string path, TimeProvider time) : IMemberStore
{
    private static readonly TimeSpan pause = TimeSpan.FromMilliseconds(50);
    private const int Attempts = 200;

    /// <summary>Full path of the file.</summary>
    public string FilePath { get; } = Path.GetFullPath(path);

    /// <summary>Where a test lets the machine die.</summary>
    internal Action<WriteStep>? Watch { get; init; }

    /// <inheritdoc/>
    public Task<MemberFile?> ReadAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return Task.FromResult(Read());
    }

    /// <inheritdoc/>
    public async Task<MemberFile> UpdateAsync(Func<MemberFile?, MemberFile> change, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(change);
        DurableFile.CreateDirectoryOf(FilePath);
        using (await LockAsync(cancellationToken).ConfigureAwait(false))
        {
            var before = Read();
            var after = change(before);
            if (after != before)
            {
                DurableFile.Write(FilePath, after.ToJson(), Watch);
            }

            return after;
        }
    }

    private MemberFile? Read()
    {
        try
        {
            return MemberFile.Parse(File.ReadAllBytes(FilePath));
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
        catch (InvalidDataException exception)
        {
            throw new InvalidDataException($"{FilePath} cannot be used: {exception.Message}.", exception);
        }
    }

    private async Task<FileStream> LockAsync(CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return DurableFile.OpenLock(FilePath + ".lock");
            }
            catch (IOException) when (attempt < Attempts)
            {
                await Task.Delay(pause, time, cancellationToken).ConfigureAwait(false);
            }
        }
    }
}
