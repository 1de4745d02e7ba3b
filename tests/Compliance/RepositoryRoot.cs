namespace EncryptionService.Compliance;

/// <summary>The folder that holds EncryptionService.sln, found upwards from where the tests run.</summary>
public static class RepositoryRoot
{
    private static readonly Lazy<string> found = new(Find);

    /// <summary>Absolute path of the repository, without a separator at its end.</summary>
    public static string Path => found.Value;

    /// <summary>Absolute path of a file or folder named from the root, for instance <c>Combine("tests", "Vectors")</c>.</summary>
    public static string Combine(params string[] parts) => System.IO.Path.Combine([Path, .. parts]);

    private static string Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(System.IO.Path.Combine(folder.FullName, "EncryptionService.sln")))
            {
                return folder.FullName;
            }
        }

        throw new DirectoryNotFoundException("No folder above the tests holds EncryptionService.sln.");
    }
}
