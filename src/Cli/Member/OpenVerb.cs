using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using EncryptionService.Cli.Texts;
using EncryptionService.Client;
using EncryptionService.Envelopes;
using EncryptionService.Formats;

namespace EncryptionService.Cli.Member;

/// <summary><c>eec member open</c>: opened, not for me, unverified and forged stay apart, and "nothing yet" is none of them.</summary>
internal sealed class OpenVerb(Shell shell) : MemberVerb(shell)
{
    private const string NothingYet = "nothing-yet";

    public Task<int> RunAsync(string text, bool showKey, ulong? epoch, MemberPlace place, bool json, CancellationToken cancellationToken)
        => GroupId.TryParse(text, out var group)
            ? UnlockedAsync(place, (client, _) => OpenAsync(client, group, showKey, epoch, json, cancellationToken), cancellationToken)
            : Task.FromResult(Shell.Fail(ExitCode.Usage, "This is no id of a group. eec member groups lists yours."));

    private async Task<int> OpenAsync(MemberClient client, GroupId group, bool showKey, ulong? epoch, bool json, CancellationToken cancellationToken)
    {
        var answer = await client.OpenAsync(group, cancellationToken);
        if (!answer.TryGet(out var opening, out var problem))
        {
            return Fail(problem);
        }

        using (opening)
        {
            return opening.Result is { Outcome: OpenOutcome.Opened, Key: { } key, Memory: { } memory } result
                ? Opened(opening, key, memory, showKey, epoch ?? memory.Epoch, json, group)
                : NotOpened(opening, json, group);
        }
    }

    private int Opened(GroupOpening opening, VaultKey current, GroupMemory memory, bool showKey, ulong epoch, bool json, GroupId group)
    {
        using var older = epoch == memory.Epoch ? null : opening.TryReadOlder(epoch);
        if (epoch != memory.Epoch && older is null)
        {
            return Shell.Fail(
                ExitCode.Usage, string.Create(CultureInfo.InvariantCulture, $"The group is at epoch {memory.Epoch}, and no key of epoch {epoch} can be read from there."));
        }

        var key = older ?? current;
        Span<byte> ascii = stackalloc byte[Base64UrlText.EncodedLength(VaultKey.Size)];
        Span<char> shown = stackalloc char[ascii.Length];
        try
        {
            if (showKey)
            {
                Base64UrlText.Encode(key.Reveal(), ascii);
                System.Text.Encoding.ASCII.GetChars(ascii, shown);
            }

            Show(new OpenCard("opened", "", group.Value, opening.DisplayName, epoch, memory.Revision), showKey ? shown : [], json);
            return ExitCode.Ok;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(ascii);
            CryptographicOperations.ZeroMemory(System.Runtime.InteropServices.MemoryMarshal.AsBytes(shown));
        }
    }

    /// <summary>The key goes to the writer as it is: it becomes no string of ours.</summary>
    private void Show(OpenCard card, ReadOnlySpan<char> key, bool json)
    {
        if (json)
        {
            var text = JsonSerializer.Serialize(card, CliJson.Default.OpenCard);
            Shell.Out.Write(key.IsEmpty ? text : text[..^1] + ",\"key\":\"");
            Shell.Out.Write(key);
            Shell.Print(key.IsEmpty ? "" : "\"}");
            return;
        }

        Shell.Print(string.Create(CultureInfo.InvariantCulture, $"opened   {card.DisplayName} ({card.Group}), epoch {card.Epoch}, revision {card.Revision}"));
        if (key.IsEmpty)
        {
            Shell.Print("The vault key is good. --show-key prints it.");
            return;
        }

        Shell.Out.Write("key      ");
        Shell.Out.Write(key);
        Shell.Print("");
    }

    private int NotOpened(GroupOpening opening, bool json, GroupId group)
    {
        var (word, reason, code) = opening.Result is not { } result ? (NothingYet, "", ExitCode.NothingYet)
            : (CliJson.Word(result.Outcome), CliJson.Word(result.Reason), result.Outcome switch
            {
                OpenOutcome.NotForMe => ExitCode.NotForMe,
                OpenOutcome.Unverified => ExitCode.Unverified,
                _ => ExitCode.Forged,
            });
        if (json)
        {
            Shell.Print(JsonSerializer.Serialize(new OpenCard(word, reason, group.Value, opening.DisplayName, 0, 0), CliJson.Default.OpenCard));
        }

        return opening.Result is { } known
            ? Shell.Fail(code, OutcomeText.Headline(known.Outcome), OutcomeText.Explain(known.Reason))
            : Shell.Fail(code, "No envelope yet: the service has not sealed this group's key to you, or the core has not got it.", "Try again later. There was nothing to open, so nothing is wrong.");
    }
}
