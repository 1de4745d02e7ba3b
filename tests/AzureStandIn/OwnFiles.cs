namespace EncryptionService.AzureStandIn;

/// <summary>Files for their owner only, whole or not at all.</summary>
internal static class OwnFiles
{
    /// <summary>Writes beside the file, then takes its place.</summary>
    public static void Write(string path, ReadOnlySpan<byte> bytes)
    {
        var draft = path + ".new";
        File.Delete(draft);
        using (var file = new FileStream(draft, new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        }))
        {
            file.Write(bytes);
        }

        File.Move(draft, path, overwrite: true);
    }
}
