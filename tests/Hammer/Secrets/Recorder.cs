namespace EncryptionService.Hammer.Secrets;

/// <summary>Everything that leaves the service, in files, one for each way out.</summary>
internal sealed class Recorder : IDisposable
{
    private readonly DirectoryInfo folder;
    private readonly Dictionary<string, Way> files = [];

    public Recorder(DirectoryInfo folder)
    {
        this.folder = folder;
        folder.Create();
    }

    /// <summary>Adds bytes to what left by this way.</summary>
    public void Add(string way, ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty)
        {
            return;
        }

        Way? file;
        lock (files)
        {
            if (!files.TryGetValue(way, out file))
            {
                file = new Way(Path.Combine(folder.FullName, way));
                files.Add(way, file);
            }
        }

        lock (file.Gate)
        {
            file.Stream.Write(bytes);
        }
    }

    /// <summary>Writes out what is held back; nothing may be added meanwhile that must be found.</summary>
    public IReadOnlyList<FileInfo> Flush()
    {
        lock (files)
        {
            foreach (var file in files.Values)
            {
                lock (file.Gate)
                {
                    file.Stream.Flush();
                }
            }
        }

        return folder.GetFiles();
    }

    public void Dispose()
    {
        lock (files)
        {
            foreach (var file in files.Values)
            {
                file.Stream.Dispose();
            }

            files.Clear();
        }
    }

    private sealed class Way(string path)
    {
        public Lock Gate { get; } = new();

        public FileStream Stream { get; } = new(path, FileMode.Create, FileAccess.Write, FileShare.Read, 1 << 16);
    }
}
