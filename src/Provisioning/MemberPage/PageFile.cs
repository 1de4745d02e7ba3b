namespace EncryptionService.Provisioning.MemberPage;

/// <summary>One file of the member's page, as src/Page was built into this program.</summary>
/// <param name="MediaType">Its media type.</param>
/// <param name="Content">Its bytes.</param>
internal sealed record PageFile(string MediaType, byte[] Content);
