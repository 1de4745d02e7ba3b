namespace EncryptionService.Hammer.Scim.Idp;

/// <summary>Whose way of speaking SCIM is played.</summary>
internal enum IdpKind
{
    /// <summary>Microsoft Entra ID.</summary>
    Entra,

    /// <summary>Okta.</summary>
    Okta,
}
