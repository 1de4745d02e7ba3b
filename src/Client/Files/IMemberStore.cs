namespace EncryptionService.Client;

/// <summary>Where a member's file is kept.</summary>
public interface IMemberStore
{
    /// <summary>The file; null if there is none.</summary>
    /// <exception cref="InvalidDataException">What is there is no member's file.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    Task<MemberFile?> ReadAsync(CancellationToken cancellationToken);

    /// <summary>Reads, changes and writes in one step that nobody else comes between. When this returns, the file is durable.</summary>
    /// <param name="change">Makes the new file of the present one, or of null where there is none.</param>
    /// <param name="cancellationToken">Cancels the wait for others; not the writing.</param>
    /// <returns>The new file.</returns>
    /// <exception cref="InvalidDataException">What is there is no member's file.</exception>
    /// <exception cref="IOException">It cannot be written; then the file is either the old or the new one, never a part.</exception>
    Task<MemberFile> UpdateAsync(Func<MemberFile?, MemberFile> change, CancellationToken cancellationToken);
}
