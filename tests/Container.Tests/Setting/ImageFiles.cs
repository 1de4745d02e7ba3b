using System.Diagnostics;
using System.Formats.Tar;

namespace EncryptionService.Container.Tests.Setting;

/// <summary>A file or folder of an image.</summary>
/// <param name="Path">Absolute path.</param>
/// <param name="Type">File, folder, link.</param>
/// <param name="Mode">Permissions.</param>
/// <param name="Owner">Numeric user.</param>
/// <param name="HasCapabilities">A program that has rights of its own.</param>
/// <param name="Content">Bytes, of what lies below <c>/app</c>; null elsewhere.</param>
internal sealed record ImageFile(string Path, TarEntryType Type, UnixFileMode Mode, int Owner, bool HasCapabilities, byte[]? Content)
{
    /// <summary>Whether user 1654 may write it, be it as owner or as one of all others.</summary>
    public bool IsWritableByApp => Type != TarEntryType.SymbolicLink && (Mode.HasFlag(UnixFileMode.OtherWrite) || (Owner == 1654 && Mode.HasFlag(UnixFileMode.UserWrite)));
}

/// <summary>Lists an image's files as they lie above each other. Nothing in it is run for that.</summary>
internal static class ImageFiles
{
    public static async Task<IReadOnlyList<ImageFile>> ListAsync(string image, CancellationToken cancellationToken)
    {
        var container = await DockerEngine.RunAsync(cancellationToken, "create", image);
        try
        {
            using var process = Process.Start(DockerEngine.Start("docker", ["export", container]))!;
            var error = process.StandardError.ReadToEndAsync(cancellationToken);
            var files = await ReadAsync(process.StandardOutput.BaseStream, cancellationToken);
            await process.WaitForExitAsync(cancellationToken);
            Assert.True(process.ExitCode == 0, await error);
            // What the engine itself mounts over, and makes for that when a container is created.
            return [.. files.Where(file => file.Path is not ("/.dockerenv" or "/etc/hostname" or "/etc/hosts" or "/etc/resolv.conf" or "/etc/mtab") && !file.Path.StartsWith("/dev/", StringComparison.Ordinal))];
        }
        finally
        {
            await DockerEngine.RunAsync(CancellationToken.None, "rm", "--force", container);
        }
    }

    private static async Task<List<ImageFile>> ReadAsync(Stream stream, CancellationToken cancellationToken)
    {
        var files = new List<ImageFile>();
        await using var reader = new TarReader(stream);
        while (await reader.GetNextEntryAsync(copyData: false, cancellationToken) is { } entry)
        {
            var capable = entry is PaxTarEntry pax && pax.ExtendedAttributes.Keys.Any(name => name.Contains("security.capability", StringComparison.Ordinal));
            var path = "/" + entry.Name.TrimStart('.', '/').TrimEnd('/');
            files.Add(new ImageFile(path, entry.EntryType, entry.Mode, entry.Uid, capable, await ContentAsync(path, entry, cancellationToken)));
        }

        return files;
    }

    private static async Task<byte[]?> ContentAsync(string path, TarEntry entry, CancellationToken cancellationToken)
    {
        if (entry.DataStream is null || !path.StartsWith("/app/", StringComparison.Ordinal))
        {
            return null;
        }

        using var copy = new MemoryStream();
        await entry.DataStream.CopyToAsync(copy, cancellationToken);
        return copy.ToArray();
    }
}
