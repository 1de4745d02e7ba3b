using EncryptionService.Client;

namespace EncryptionService.Chain.Tests.Setting;

/// <summary>A member's file that is no file.</summary>
internal sealed class MemoryStore : IMemberStore
{
    private readonly Lock gate = new();
    private MemberFile? file;

    public Task<MemberFile?> ReadAsync(CancellationToken cancellationToken)
    {
        lock (gate)
        {
            return Task.FromResult(file);
        }
    }

    public Task<MemberFile> UpdateAsync(Func<MemberFile?, MemberFile> change, CancellationToken cancellationToken)
    {
        lock (gate)
        {
            return Task.FromResult(file = change(file));
        }
    }
}
