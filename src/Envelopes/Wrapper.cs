using System.Runtime.ExceptionServices;
using EncryptionService.Formats;

namespace EncryptionService.Envelopes;

/// <summary>Wraps a vault key for members: the hot loop of the service (envelope.md, section 4).</summary>
public static class Wrapper
{
    /// <summary>Below this many envelopes a second core costs more than it brings.</summary>
    private const int SmallestShare = 16;

    /// <summary>Makes one envelope for each recipient, in the order given. Synchronous, so that the key never crosses an await; uses all cores.</summary>
    /// <param name="key">The vault key of <paramref name="epoch"/>.</param>
    /// <param name="organization">Organization.</param>
    /// <param name="group">Group.</param>
    /// <param name="epoch">Epoch, from 1.</param>
    /// <param name="recipients">Members and their keys. Whether a suite is allowed was decided when the member entered the roster.</param>
    /// <exception cref="System.Security.Cryptography.CryptographicException">A key that was trusted is no valid point; there are no envelopes then.</exception>
    public static WrappedEnvelope[] Wrap(
        VaultKey key, OrganizationId organization, GroupId group, ulong epoch, IReadOnlyList<Recipient> recipients)
    {
        ArgumentNullException.ThrowIfNull(key);
        ArgumentNullException.ThrowIfNull(recipients);
        var output = new WrappedEnvelope[recipients.Count];
        foreach (var (suite, indices) in BySuite(recipients))
        {
            WrapSuite(key, new EnvelopeWriter(suite, organization, group, epoch), recipients, indices, output);
        }

        return output;
    }

    private static void WrapSuite(
        VaultKey key, EnvelopeWriter writer, IReadOnlyList<Recipient> recipients, int[] indices, WrappedEnvelope[] output)
    {
        var cores = Environment.ProcessorCount;
        var batch = Math.Clamp((indices.Length + cores - 1) / cores, SmallestShare, SealWorker.MaxBatch);
        var batches = (indices.Length + batch - 1) / batch;
        if (batches == 1)
        {
            using var worker = new SealWorker(writer);
            worker.Seal(key, recipients, indices, output);
            return;
        }

        try
        {
            Parallel.For(
                0,
                batches,
                new ParallelOptions { MaxDegreeOfParallelism = cores },
                () => new SealWorker(writer),
                (number, _, worker) =>
                {
                    var first = number * batch;
                    worker.Seal(key, recipients, indices.AsSpan(first, Math.Min(batch, indices.Length - first)), output);
                    return worker;
                },
                worker => worker.Dispose());
        }
        catch (AggregateException exception)
        {
            ExceptionDispatchInfo.Throw(exception.InnerExceptions[0]);
        }
    }

    private static IEnumerable<(Suite Suite, int[] Indices)> BySuite(IReadOnlyList<Recipient> recipients)
        => Enumerable.Range(0, recipients.Count)
            .GroupBy(index => recipients[index].Key.Suite)
            .Select(suite => (suite.Key, suite.ToArray()));
}
