using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using EncryptionService.Envelopes;
using EncryptionService.Formats;
using EncryptionService.Hammer.Report;

namespace EncryptionService.Hammer.Scim.Members;

/// <summary>The people behind the users: they read their mail, make keys, and accept. All of them meanwhile, beside the replay.</summary>
internal sealed partial class Invitees(DirectoryInfo mail, MemberDoor door, Faults faults, TimeProvider time) : IDisposable
{
    private const int AtATime = 4;
    private const int Share = 16;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan UntilForbiddenAreTriedAgain = TimeSpan.FromSeconds(2);
    private readonly ConcurrentDictionary<string, Invitee> all = [];
    private readonly ConcurrentQueue<string> forbidden = [];
    private readonly ConcurrentBag<byte[]> tokens = [];
    private readonly HashSet<string> read = [];
    private int made;

    /// <summary>Everybody who ever got an invitation, by SCIM id.</summary>
    public IReadOnlyDictionary<string, Invitee> All => all;

    /// <summary>The invitations' tokens, as bytes.</summary>
    public IReadOnlyCollection<byte[]> Tokens => tokens;

    /// <summary>Mails read so far.</summary>
    public int Mails => read.Count;

    /// <summary>Acceptances that the core has confirmed.</summary>
    public int Accepted => all.Values.Count(invitee => invitee.Accepted);

    /// <summary>Reads mail until it is told to stop.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var last = time.GetTimestamp();
        try
        {
            while (true)
            {
                var links = ReadMail();
                if (time.GetElapsedTime(last) > UntilForbiddenAreTriedAgain)
                {
                    last = time.GetTimestamp();
                    while (forbidden.TryDequeue(out var again))
                    {
                        links.Add(again);
                    }
                }

                await Parallel.ForEachAsync(
                    links, new ParallelOptions { MaxDegreeOfParallelism = AtATime, CancellationToken = cancellationToken }, async (token, stop) => await AcceptAsync(token, stop));
                await Task.Delay(Pause, time, cancellationToken);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The run is over.
        }
    }

    public void Dispose()
    {
        foreach (var invitee in all.Values)
        {
            invitee.Dispose();
        }
    }

    private static Suite SuiteOf(int number) => (number % Share) switch
    {
        5 => Suite.Hpke7,
        11 => Suite.Hpke3,
        _ => Suite.Hpke4,
    };

    [GeneratedRegex(@"^https?://\S+/join#(?<token>[A-Za-z0-9_-]{43})\r?$", RegexOptions.Multiline | RegexOptions.CultureInvariant)]
    private static partial Regex Link { get; }

    private List<string> ReadMail()
    {
        var links = new List<string>();
        foreach (var file in mail.EnumerateFiles("*.eml").Where(file => !read.Contains(file.Name)))
        {
            if (Link.Match(File.ReadAllText(file.FullName)) is not { Success: true } link)
            {
                faults.Add($"The mail {file.Name} holds no link on a line of its own.");
                read.Add(file.Name);
                continue;
            }

            read.Add(file.Name);
            var token = link.Groups["token"].Value;
            links.Add(token);
            if (Base64UrlText.TryDecode(token, out var bytes))
            {
                tokens.Add(bytes);
            }
        }

        return links;
    }

    private async Task AcceptAsync(string token, CancellationToken cancellationToken)
    {
        var told = await door.SendAsync(HttpMethod.Post, "/member/v1/invitations", new JsonObject { ["token"] = token }, null, cancellationToken);
        if (told.Status == 404)
        {
            // Deleted meanwhile. Whoever should be there and is not is found at the end.
            return;
        }

        if (told.Status == 403)
        {
            forbidden.Enqueue(token);
            return;
        }

        if (told.Status != 200 || !MemberId.TryParse((string?)told.Body?["member"], out var member))
        {
            faults.Add($"An invitation was answered with {told.Status} {told.Problem}.");
            return;
        }

        var invitee = all.GetOrAdd(member.Value, _ => new Invitee(member, MemberPrivateKeys.Generate(SuiteOf(Interlocked.Increment(ref made)))));
        var body = new JsonObject { ["token"] = token, ["registration"] = door.Sign(invitee) };
        var answer = await door.SendAsync(HttpMethod.Post, "/member/v1/acceptances", body, null, cancellationToken);
        switch (answer.Status, answer.Problem)
        {
            case (200, _):
                invitee.Accepted = true;
                break;
            case (404, "invitation-unknown"):
                break;
            case (403, "invitation-forbidden"):
                forbidden.Enqueue(token);
                break;
            default:
                faults.Add($"The acceptance of {member} was answered with {answer.Status} {answer.Problem}.");
                break;
        }
    }
}
