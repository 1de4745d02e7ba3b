using EncryptionService.Formats;
using EncryptionService.Hpke;

namespace EncryptionService.Envelopes;

/// <summary>One worker's sealer and buffers: reused from batch to batch, so that an envelope costs no memory but its text.</summary>
internal sealed class SealWorker(EnvelopeWriter writer) : IDisposable
{
    /// <summary>Most envelopes in one batch.</summary>
    public const int MaxBatch = 128;

    private readonly HpkeSealer sealer = new(writer.Suite.ToHpke());
    private readonly byte[] publicKeys = new byte[MaxBatch * writer.Suite.PublicKeySize];
    private readonly byte[] headers = new byte[MaxBatch * EnvelopeWriter.MaxHeaderLength];
    private readonly int[] headerLengths = new int[MaxBatch];
    private readonly byte[] encapsulations = new byte[MaxBatch * writer.Suite.PublicKeySize];
    private readonly byte[] ciphertexts = new byte[MaxBatch * CiphertextSize];

    private const int CiphertextSize = VaultKey.Size + 16;

    /// <summary>Seals to the recipients at <paramref name="indices"/> and puts each envelope at the same place of <paramref name="output"/>.</summary>
    public void Seal(VaultKey key, IReadOnlyList<Recipient> recipients, ReadOnlySpan<int> indices, WrappedEnvelope[] output)
    {
        var keySize = writer.Suite.PublicKeySize;
        var headersLength = 0;
        for (var position = 0; position < indices.Length; position++)
        {
            var (member, jwk) = recipients[indices[position]];
            jwk.PublicKey.Span.CopyTo(publicKeys.AsSpan(position * keySize));
            headerLengths[position] = writer.WriteHeader(member, jwk.Thumbprint, headers.AsSpan(headersLength));
            headersLength += headerLengths[position];
        }

        sealer.Seal(
            publicKeys.AsSpan(0, indices.Length * keySize),
            key.Reveal(),
            headers.AsSpan(0, headersLength),
            headerLengths.AsSpan(0, indices.Length),
            encapsulations.AsSpan(0, indices.Length * keySize),
            ciphertexts.AsSpan(0, indices.Length * CiphertextSize));

        ReadOnlySpan<byte> rest = headers;
        for (var position = 0; position < indices.Length; position++)
        {
            var (member, jwk) = recipients[indices[position]];
            var jwe = EnvelopeWriter.Assemble(
                rest[..headerLengths[position]],
                encapsulations.AsSpan(position * keySize, keySize),
                ciphertexts.AsSpan(position * CiphertextSize, CiphertextSize));
            output[indices[position]] = new WrappedEnvelope(member, jwk.Thumbprint, jwe);
            rest = rest[headerLengths[position]..];
        }
    }

    /// <inheritdoc/>
    public void Dispose() => sealer.Dispose();
}
