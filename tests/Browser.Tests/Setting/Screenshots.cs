namespace EncryptionService.Browser.Tests.Setting;

/// <summary>Where pictures of pages are kept: <c>artifacts/screenshots</c> of the checkout.</summary>
internal static class Screenshots
{
    public static string Folder { get; } = Find();

    private static string Find()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "EncryptionService.sln")))
        {
            folder = folder.Parent ?? throw new InvalidOperationException("The tests do not run inside a checkout.");
        }

        return Directory.CreateDirectory(Path.Combine(folder.FullName, "artifacts", "screenshots")).FullName;
    }
}
