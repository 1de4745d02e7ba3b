namespace EncryptionService.Provisioning.Scim;

/// <summary>A schema: its URN and the attributes that we keep of it.</summary>
internal sealed record ScimSchema(string Id, string Name, string Description, IReadOnlyList<ScimAttribute> Attributes);
