namespace EncryptionService.Provisioning.Directory;

/// <summary>Ends a transaction that must not happen. Never leaves the room.</summary>
internal sealed class RefusedException : Exception
{
    /// <summary>A refusal without a cause.</summary>
    public RefusedException()
    {
    }

    /// <summary>A refusal, with words.</summary>
    public RefusedException(string message)
        : base(message)
    {
    }

    /// <summary>A refusal, with what led to it.</summary>
    public RefusedException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    /// <summary>A refusal.</summary>
    public RefusedException(DirectoryProblem problem, string detail = "")
        : base(detail) => Problem = problem;

    /// <summary>Why.</summary>
    public DirectoryProblem Problem { get; }
}
