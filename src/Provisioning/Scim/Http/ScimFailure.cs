namespace EncryptionService.Provisioning.Scim.Http;

/// <summary>Ends a call with an error that the client is told. Never leaves the room.</summary>
internal sealed class ScimFailure : Exception
{
    /// <summary>A failure that nobody can tell.</summary>
    public ScimFailure()
        : this(ScimError.Internal())
    {
    }

    /// <summary>A failure, with words.</summary>
    public ScimFailure(string message)
        : base(message) => Error = ScimError.Internal();

    /// <summary>A failure, with what led to it.</summary>
    public ScimFailure(string message, Exception innerException)
        : base(message, innerException) => Error = ScimError.Internal();

    /// <summary>What the client is told.</summary>
    public ScimFailure(ScimError error)
        : base(error.Detail) => Error = error;

    /// <summary>What the client is told.</summary>
    public ScimError Error { get; }
}
