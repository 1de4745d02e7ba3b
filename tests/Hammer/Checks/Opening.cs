using System.Collections.Concurrent;
using EncryptionService.Envelopes;
using EncryptionService.Formats;
using EncryptionService.Hammer.Core;
using EncryptionService.Hammer.History;
using EncryptionService.Hammer.Secrets;

namespace EncryptionService.Hammer.Checks;

/// <summary>Opens as members do: full chain, roster proof, certificate, pinned organization key.</summary>
internal sealed class Opening(OrganizationId organization, EnrolmentDesk desk, People people, Books books, KeyCollector keys)
{
    /// <summary>Every member of every group opens the current epoch; older keys are read through the links on the way.</summary>
    public Check Members()
    {
        var problems = new ConcurrentBag<string>();
        var opened = 0;
        Parallel.ForEach(books.All(), book =>
        {
            var statements = book.Statements.Select(statement => statement.Jws.Compact).ToList();
            byte[]? first = null;
            foreach (var person in book.Roster)
            {
                using var result = Open(book, person, statements, book.Roster.Prove(person.Member)!, book.NewestOf(person.Member.Value)?.Jwe ?? "");
                if (result.Key is not { } key)
                {
                    problems.Add($"{person.Member} in {book.Group}: {result.Outcome} {result.Reason}");
                    continue;
                }

                if (first is null)
                {
                    first = key.Reveal().ToArray();
                    ReadHistory(book, key, result.Statements, problems);
                }
                else if (!key.Reveal().SequenceEqual(first))
                {
                    problems.Add($"{person.Member} in {book.Group}: another key than the others");
                }

                Interlocked.Increment(ref opened);
            }
        });
        return Check.Of("Every member of every group opens the current epoch", $"{opened} openings, each with the full chain, proof and certificate", problems);
    }

    /// <summary>Nobody who left opens the current epoch: no leaf, no envelope, and the last envelope from before does not do.</summary>
    public Check ThoseWhoLeft(Model model)
    {
        var problems = new ConcurrentBag<string>();
        var withOldEnvelope = 0;
        Parallel.ForEach(model.Left.GroupBy(left => left.Group), group =>
        {
            if (!GroupId.TryParse(group.Key, out var id) || books.Find(id) is not { Head: { } head } book)
            {
                problems.Add($"{group.Key} is unknown");
                return;
            }

            var statements = book.Statements.Select(statement => statement.Jws.Compact).ToList();
            foreach (var person in group.Select(left => people.Get(left.User)))
            {
                if (book.Roster.Contains(person.Member) || book.HasEnvelope(head.Epoch, person.Member.Value))
                {
                    problems.Add($"{person.Member} left {book.Group}, and has a leaf or an envelope of epoch {head.Epoch}");
                }

                if (book.NewestOf(person.Member.Value) is { } old)
                {
                    Interlocked.Increment(ref withOldEnvelope);
                    Try(book, person, statements, old.Jwe, problems);
                }
            }
        });
        return Check.Of(
            "Nobody who left opens the current epoch", $"{model.Left.Count} departures, {withOldEnvelope} tried with the last envelope from before", problems);
    }

    private void Try(GroupBook book, Person person, List<string> statements, string oldEnvelope, ConcurrentBag<string> problems)
    {
        // With the proof of somebody who stayed, and with none: neither may do.
        var borrowed = book.Roster.FirstOrDefault() is { } other ? book.Roster.Prove(other.Member)! : new RosterProof([]);
        foreach (var proof in new[] { borrowed, new RosterProof([]) })
        {
            using var result = Open(book, person, statements, proof, oldEnvelope);
            if (result.Outcome != OpenOutcome.Forged)
            {
                problems.Add($"{person.Member} left {book.Group}, and opening came to {result.Outcome}");
            }
        }

        // The core could also send the old envelope's key under the new epoch's commitment: the key is another one.
        if (keys.Keys.TryGetValue((book.Group, book.Head!.Epoch), out var current)
            && Envelope.TryParse(oldEnvelope, out var envelope, out _)
            && keys.Keys.TryGetValue((book.Group, envelope.Header.Epoch), out var old)
            && current.AsSpan().SequenceEqual(old))
        {
            problems.Add($"{book.Group}: epoch {book.Head.Epoch} has the key of epoch {envelope.Header.Epoch}");
        }
    }

    private void ReadHistory(GroupBook book, VaultKey key, IReadOnlyList<Statement> statements, ConcurrentBag<string> problems)
    {
        foreach (var epoch in statements.Select(statement => statement.Epoch).Where(epoch => epoch > 0).Distinct())
        {
            using var older = epoch == statements[^1].Epoch ? VaultKey.Import(key.Reveal()) : History(key, statements, epoch);
            if (older is null)
            {
                problems.Add($"{book.Group}: the key of epoch {epoch} cannot be read from that of epoch {statements[^1].Epoch}");
            }
            else
            {
                keys.Add(book.Group, epoch, older);
            }
        }
    }

    private static VaultKey? History(VaultKey key, IReadOnlyList<Statement> statements, ulong epoch) => Envelopes.History.TryRead(key, statements, epoch);

    private OpenResult Open(GroupBook book, Person person, List<string> statements, RosterProof proof, string envelope) => Opener.Open(new OpenRequest
    {
        Organization = organization,
        Group = book.Group,
        Member = person.Member,
        Keys = person.PrivateKeys,
        PinnedOrganization = desk.Pinned,
        Memory = null,
        Envelope = envelope,
        Statements = statements,
        Proof = proof.ToJson(),
        Certificates = [desk.Service!.CertificateText],
    });
}
