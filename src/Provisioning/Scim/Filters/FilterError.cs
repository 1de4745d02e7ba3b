namespace EncryptionService.Provisioning.Scim;

/// <summary>Why a filter was refused.</summary>
/// <param name="Position">Index of the character where it went wrong.</param>
/// <param name="Problem">What is wrong there.</param>
internal sealed record FilterError(int Position, string Problem)
{
    public ScimError ToScimError() => ScimError.InvalidFilter($"The filter is refused at character {Position + 1}: {Problem}.");
}
