namespace EncryptionService.Compliance;

/// <summary>Reference material that lies beside the repository and is not part of it: published vectors, recorded requests.</summary>
public static class SharedFolder
{
    /// <summary>What a test says when it is skipped for want of the folder.</summary>
    public const string Absent = "The shared folder is absent: set ENCRYPTION_SERVICE_SHARED, or put it beside the repository as ../shared.";

    /// <summary>Absolute path from ENCRYPTION_SERVICE_SHARED, else ../shared beside the root; null where that folder is absent.</summary>
    public static string? Path
    {
        get
        {
            var named = Environment.GetEnvironmentVariable("ENCRYPTION_SERVICE_SHARED");
            var path = System.IO.Path.GetFullPath(string.IsNullOrEmpty(named) ? RepositoryRoot.Combine("..", "shared") : named);
            return Directory.Exists(path) ? path : null;
        }
    }

    /// <summary>True where the folder is there; made for <c>SkipUnless</c>.</summary>
    public static bool IsPresent => Path is not null;

    /// <summary>Absolute path of a file or folder in it; null where the shared folder or that entry is absent.</summary>
    public static string? Find(params string[] parts)
    {
        if (Path is not { } root)
        {
            return null;
        }

        var path = System.IO.Path.Combine([root, .. parts]);
        return System.IO.Path.Exists(path) ? path : null;
    }
}
