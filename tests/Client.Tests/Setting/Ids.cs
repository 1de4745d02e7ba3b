using EncryptionService.Formats;

namespace EncryptionService.Client.Tests.Setting;

/// <summary>Ids from literals.</summary>
internal static class Ids
{
    public static OrganizationId Organization(string text) => OrganizationId.TryParse(text, out var id) ? id : throw new ArgumentException(text);

    public static GroupId Group(string text) => GroupId.TryParse(text, out var id) ? id : throw new ArgumentException(text);

    public static MemberId Member(string text) => MemberId.TryParse(text, out var id) ? id : throw new ArgumentException(text);
}
