using System.Threading.Channels;
using EncryptionService.Envelopes;
using EncryptionService.Formats;
using EncryptionService.Hammer.Core;
using EncryptionService.Hammer.History;
using EncryptionService.Hammer.Report;
using EncryptionService.Hpke;

namespace EncryptionService.Hammer.Secrets;

/// <summary>Opens one envelope of each epoch with the member's private key, beside the run, so that there is something to search for.</summary>
internal sealed class KeyCollector(People people, Faults faults)
{
    private readonly VaultKeys keys = new(faults);

    private readonly Channel<(Statement Statement, PostedEnvelope Envelope)> offered =
        Channel.CreateUnbounded<(Statement, PostedEnvelope)>(new UnboundedChannelOptions { SingleReader = true });

    /// <summary>The vault keys found so far; complete once <see cref="RunAsync"/> has ended.</summary>
    public IReadOnlyDictionary<(GroupId Group, ulong Epoch), byte[]> Keys => keys.All;

    public void Offer(Statement statement, PostedEnvelope envelope) => offered.Writer.TryWrite((statement, envelope));

    /// <summary>No more will come.</summary>
    public void Complete() => offered.Writer.TryComplete();

    /// <summary>Adds a key that was reached otherwise.</summary>
    public void Add(GroupId group, ulong epoch, VaultKey key) => keys.Add(group, epoch, key);

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        await foreach (var (statement, posted) in offered.Reader.ReadAllAsync(cancellationToken))
        {
            Open(statement, posted);
        }
    }

    private void Open(Statement statement, PostedEnvelope posted)
    {
        if (keys.Knows(statement.Group, statement.Epoch))
        {
            return;
        }

        Span<byte> plaintext = stackalloc byte[VaultKey.Size];
        var opened = Envelope.TryParse(posted.Jwe, out var envelope, out _) && HpkeOpener.TryOpen(
            people.Get(posted.Member).PrivateKeys.Hpke,
            envelope.Encapsulation.Span,
            envelope.ProtectedHeader.Span,
            envelope.Ciphertext.Span,
            plaintext);
        if (!opened)
        {
            faults.Add($"{statement.Group} epoch {statement.Epoch}: the envelope of {posted.Member} does not open");
            return;
        }

        using var key = VaultKey.Import(plaintext);
        if (statement.Commitment is not { } commitment
            || !Commitment.Verify(key, statement.Organization, statement.Group, statement.Epoch, commitment))
        {
            faults.Add($"{statement.Group} epoch {statement.Epoch}: the key is not the one that the statement commits to");
        }

        keys.Add(statement.Group, statement.Epoch, key);
    }
}
