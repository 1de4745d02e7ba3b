using System.Text;
using EncryptionService.Service.Ledger;
using Microsoft.Extensions.Logging.Abstractions;

namespace EncryptionService.Compliance;

/// <summary>The smallest user of a stream: a list of words. A record adds one, a snapshot lists them all, and a word is never there twice.</summary>
internal sealed class LedgerWords
{
    private readonly LedgerStream stream;

    private LedgerWords(LedgerStream stream) => this.stream = stream;

    public static StreamName Stream { get; } = StreamName.ForGroup("words");

    public List<string> Words { get; private set; } = [];

    public long Length => stream.Length;

    public bool TailWasTorn => stream.TailWasTorn;

    public SegmentName Segment => stream.Segment;

    public static LedgerKey NewKey(string organization = "org") => new(organization, new byte[LedgerKey.Size]);

    public static LedgerOptions SmallSegments(int frames) => new() { SegmentFrames = frames };

    public static async Task<LedgerWords> OpenAsync(
        ILedger ledger, LedgerKey key, LedgerOptions options, bool fromSnapshot, CancellationToken cancellationToken)
    {
        var words = new LedgerWords(
            await LedgerStream.OpenAsync(ledger, Stream, key, fromSnapshot, options, NullLogger.Instance, cancellationToken));
        await words.RefreshAsync(cancellationToken);
        return words;
    }

    public async Task RefreshAsync(CancellationToken cancellationToken)
    {
        foreach (var frame in await stream.ReadNewAsync(cancellationToken))
        {
            var text = Encoding.UTF8.GetString(frame.Payload.Span);
            if (frame.Kind == FrameKind.Record)
            {
                Words.Add(text);
            }
            else
            {
                Words = [.. text.Split(' ', StringSplitOptions.RemoveEmptyEntries)];
            }
        }
    }

    /// <summary>Adds a word as the service adds an event: read, decide, roll when due, append; again when somebody was faster.</summary>
    /// <returns>How often somebody was faster.</returns>
    public async Task<int> AddAsync(string word, CancellationToken cancellationToken)
    {
        for (var lost = 0; ; lost++)
        {
            await RefreshAsync(cancellationToken);
            if (Words.Contains(word))
            {
                return lost;
            }

            if (stream.NeedsRoll && !await RollAsync(cancellationToken))
            {
                continue;
            }

            if (await stream.TryAppendAsync(Encoding.UTF8.GetBytes(word), cancellationToken))
            {
                Words.Add(word);
                return lost;
            }
        }
    }

    public ValueTask<bool> RollAsync(CancellationToken cancellationToken) =>
        stream.TryRollAsync(Encoding.UTF8.GetBytes(string.Join(' ', Words)), cancellationToken);
}
