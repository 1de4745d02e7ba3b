using EncryptionService.Compliance;

namespace EncryptionService.Browser.Tests.Setting;

/// <summary>Where pictures of pages are kept: <c>artifacts/screenshots</c> of the checkout.</summary>
internal static class Screenshots
{
    public static string Folder { get; } = Directory.CreateDirectory(RepositoryRoot.Combine("artifacts", "screenshots")).FullName;
}
