using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using EncryptionService.Envelopes;
using EncryptionService.Formats;
using EncryptionService.Hammer.Checks;
using EncryptionService.Hammer.Report;
using EncryptionService.Hammer.Scim.Idp;
using EncryptionService.Hammer.Scim.Members;
using EncryptionService.Hammer.Secrets;

namespace EncryptionService.Hammer.Scim.Checks;

/// <summary>Opens as members do: asks the core, believes nothing of it, and pins the organization key that the service's administrator read out.</summary>
internal sealed class MemberOpening(OrganizationId organization, Thumbprint pinned, IdpDirectory directory, Invitees invitees, MemberDoor door, VaultKeys keys)
{
    private const int AtATime = 4;
    private readonly ConcurrentBag<string> problems = [];
    private int counted;

    /// <summary>Every member of every group opens the current epoch, to the same key; older keys are read through the links on the way.</summary>
    public async Task<Check> MembersAsync(CancellationToken cancellationToken)
    {
        await ForEachAsync(directory.Groups.Values.Where(group => !group.Ended), OpenAsync, cancellationToken);
        return Check.Of(
            "Every member of every group opens the current epoch", $"{Interlocked.Exchange(ref counted, 0)} openings over the member API, each with the full chain, proof and certificate", Taken());
    }

    /// <summary>Nobody who left opens: the core answers nothing about the group, and the last envelope from before does not do.</summary>
    public async Task<Check> ThoseWhoLeftAsync(History.Model model, CoreRecords records, CancellationToken cancellationToken)
    {
        var kept = records.Envelopes.GroupBy(envelope => (envelope.Group, envelope.Member)).ToDictionary(group => group.Key, group => group.Last());
        var asked = 0;
        await ForEachAsync(
            model.Left.GroupBy(left => left.Group),
            async (left, stop) =>
            {
                var group = directory.Groups[left.Key];
                var chain = records.Chains.GetValueOrDefault(group.RequiredId) ?? [];
                foreach (var user in left.Select(pair => directory.Users[pair.User]))
                {
                    Interlocked.Increment(ref asked);
                    await RefusedAsync(group, user, stop);
                    foreach (var old in user.Ids.Where(id => kept.ContainsKey((group.RequiredId, id)) && invitees.All.ContainsKey(id)))
                    {
                        await TryAsync(group, chain, invitees.All[old], kept[(group.RequiredId, old)], records, stop);
                    }
                }
            },
            cancellationToken);
        return Check.Of(
            "Nobody who left opens the current epoch", $"{asked} departures, {counted} tried with the last envelope from before, the others never had one", Taken());
    }

    private static Task ForEachAsync<T>(IEnumerable<T> all, Func<T, CancellationToken, Task> work, CancellationToken cancellationToken) => Parallel.ForEachAsync(
        all, new ParallelOptions { MaxDegreeOfParallelism = AtATime, CancellationToken = cancellationToken }, async (one, stop) => await work(one, stop));

    private async Task OpenAsync(IdpGroup group, CancellationToken cancellationToken)
    {
        if (!GroupId.TryParse(group.RequiredId, out var id))
        {
            problems.Add($"{group.Handle} has an id that is none");
            return;
        }

        byte[]? first = null;
        foreach (var user in group.Members)
        {
            if (!invitees.All.TryGetValue(user.RequiredId, out var invitee))
            {
                problems.Add($"{user.Handle} in {group.Handle} never got an invitation");
                continue;
            }

            var (status, bundle) = await FetchAsync(id, invitee, cancellationToken);
            if (bundle is null)
            {
                problems.Add($"{user.Handle} in {group.Handle} is answered with {status}");
                continue;
            }

            using var result = Open(id, invitee, bundle);
            if (result.Key is not { } key)
            {
                problems.Add($"{user.Handle} in {group.Handle}: {result.Outcome} {result.Reason}");
                continue;
            }

            Interlocked.Increment(ref counted);
            if (first is null)
            {
                first = key.Reveal().ToArray();
                ReadHistory(id, key, result.Statements);
            }
            else if (!key.Reveal().SequenceEqual(first))
            {
                problems.Add($"{user.Handle} in {group.Handle}: another key than the others");
            }
        }
    }

    /// <summary>The core must not answer: 404 to who is no member, 401 to who is deleted, 403 to who is suspended.</summary>
    private async Task RefusedAsync(IdpGroup group, IdpUser user, CancellationToken cancellationToken)
    {
        foreach (var id in user.Ids)
        {
            if (!invitees.All.TryGetValue(id, out var invitee) || !invitee.Accepted)
            {
                continue;
            }

            var expected = id != user.Id ? HttpStatusCode.Unauthorized : user.Active ? HttpStatusCode.NotFound : HttpStatusCode.Forbidden;
            var answer = await door.SendAsync(HttpMethod.Get, Path(group.RequiredId, 0), null, invitee, cancellationToken);
            if (answer.Status != (int)expected)
            {
                problems.Add($"{user.Handle} left {group.Handle} and is answered with {answer.Status}");
            }
        }
    }

    private async Task TryAsync(IdpGroup group, List<string> chain, Invitee invitee, KeptEnvelope old, CoreRecords records, CancellationToken cancellationToken)
    {
        if (!GroupId.TryParse(group.RequiredId, out var id) || chain.Count == 0)
        {
            return;
        }

        // With the proof of somebody who stayed, and with none: neither may do.
        Interlocked.Increment(ref counted);
        var stayed = group.Members.Select(user => invitees.All.GetValueOrDefault(user.RequiredId)).FirstOrDefault(member => member is not null);
        var borrowed = stayed is null ? null : (await FetchAsync(id, stayed, cancellationToken)).Bundle?.Proof;
        foreach (var proof in new[] { borrowed, new RosterProof([]).ToJson() }.OfType<string>())
        {
            using var result = Open(id, invitee, new Bundle(old.Jwe, chain, proof, records.Certificates));
            if (result.Outcome != OpenOutcome.Forged)
            {
                problems.Add($"{invitee.Member} left {group.Handle}, and opening came to {result.Outcome}");
            }
        }
    }

    private void ReadHistory(GroupId group, VaultKey key, IReadOnlyList<Statement> statements)
    {
        foreach (var epoch in statements.Select(statement => statement.Epoch).Where(epoch => epoch > 0).Distinct())
        {
            using var older = epoch == statements[^1].Epoch ? VaultKey.Import(key.Reveal()) : Envelopes.History.TryRead(key, statements, epoch);
            if (older is null)
            {
                problems.Add($"{group}: the key of epoch {epoch} cannot be read from that of epoch {statements[^1].Epoch}");
            }
            else
            {
                keys.Add(group, epoch, older);
            }
        }
    }

    /// <summary>Every page of a group, as the core gives it to this member.</summary>
    private async Task<(int Status, Bundle? Bundle)> FetchAsync(GroupId group, Invitee invitee, CancellationToken cancellationToken)
    {
        var statements = new List<string>();
        while (true)
        {
            var answer = await door.SendAsync(HttpMethod.Get, Path(group.Value, statements.Count), null, invitee, cancellationToken);
            if (answer is not { Status: 200, Body: { } body })
            {
                return (answer.Status, null);
            }

            var page = body["statements"]!.AsArray();
            statements.AddRange(page.Select(statement => (string)statement!));
            if ((bool?)body["more"] != true)
            {
                return (200, new Bundle(
                    (string?)body["envelope"] ?? "", statements, body["proof"]?.ToJsonString() ?? "[]", [.. body["certificates"]!.AsArray().Select(text => (string)text!)]));
            }

            if (page.Count == 0)
            {
                throw new HammerException($"{group} has more statements, and none of them on the page.");
            }
        }
    }

    private OpenResult Open(GroupId group, Invitee invitee, Bundle bundle) => Opener.Open(new OpenRequest
    {
        Organization = organization,
        Group = group,
        Member = invitee.Member,
        Keys = invitee.Keys,
        PinnedOrganization = pinned,
        Memory = null,
        Envelope = bundle.Envelope,
        Statements = bundle.Statements,
        Proof = bundle.Proof,
        Certificates = bundle.Certificates,
    });

    private List<string> Taken()
    {
        var taken = problems.ToList();
        problems.Clear();
        return taken;
    }

    private static string Path(string group, int after) => string.Create(CultureInfo.InvariantCulture, $"/member/v1/groups/{group}?after={after}");

    private sealed record Bundle(string Envelope, IReadOnlyList<string> Statements, string Proof, IReadOnlyList<string> Certificates);
}
