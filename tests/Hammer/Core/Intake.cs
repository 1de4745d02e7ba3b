using System.Collections.Concurrent;
using EncryptionService.Formats;
using EncryptionService.Hammer.Report;
using EncryptionService.Hammer.Secrets;

namespace EncryptionService.Hammer.Core;

/// <summary>How a post came out.</summary>
/// <param name="Status">HTTP status.</param>
/// <param name="Stored">Envelopes stored.</param>
/// <param name="Existing">Envelopes that were there.</param>
/// <param name="Expected">With 409: the revision that is missing.</param>
/// <param name="Problem">With 400: what is wrong.</param>
internal sealed record Taken(int Status, int Stored = 0, int Existing = 0, ulong? Expected = null, string Problem = "");

/// <summary>Checks statements and envelopes as a distrustful core would, and keeps them (core.md, section 3).</summary>
internal sealed class Intake(OrganizationId organization, Books books, EnrolmentDesk desk, KeyCollector keys, Faults faults)
{
    private const int MostEnvelopes = 1_000;
    private readonly ConcurrentDictionary<Digest32, (GroupId Group, ulong Epoch)> commitments = [];
    private int statements;
    private int envelopes;
    private int epochs;
    private int gaps;

    public int Statements => Volatile.Read(ref statements);

    public int Envelopes => Volatile.Read(ref envelopes);

    public int Epochs => Volatile.Read(ref epochs);

    /// <summary>Posts answered with 409 because a statement was missing.</summary>
    public int Gaps => Volatile.Read(ref gaps);

    /// <summary>Takes a post: the statement first, then its envelopes; all or nothing.</summary>
    public Taken TakePost(GroupId group, PostBody post)
    {
        if (books.Find(group) is not { } book)
        {
            return Refuse($"{group}: nobody asked for anything in this group");
        }

        lock (book)
        {
            var result = Accept(book, post.Statement, out var statement);
            if (result is not null)
            {
                return result;
            }

            return post.Envelopes.Count > MostEnvelopes ? Refuse($"{group}: more than {MostEnvelopes} envelopes in a post")
                : post.Epoch != statement!.Epoch ? Refuse($"{group}: the post is of another epoch than its statement")
                : StoreAll(book, statement, post);
        }
    }

    /// <summary>Takes a statement that was fetched; false if it does not belong there.</summary>
    public bool TakeStatement(GroupBook book, string compact)
    {
        lock (book)
        {
            return Accept(book, compact, out _) is null;
        }
    }

    /// <summary>Null if the statement is in the book now, or was.</summary>
    private Taken? Accept(GroupBook book, string compact, out Statement? statement)
    {
        if (!Statement.TryParse(compact, out statement, out var problem))
        {
            return Refuse($"{book.Group}: statement {problem}");
        }

        if (statement.Organization != organization || statement.Group != book.Group || !statement.VerifiedBy(desk.Service?.Certificate.Identity))
        {
            return Refuse($"{book.Group}: a statement that is not by the enrolled identity for this group");
        }

        if (statement.Revision <= book.Revision)
        {
            var known = book.Statements[(int)statement.Revision - 1];
            return known.Hash == statement.Hash ? null : Refuse($"{book.Group}: two statements for revision {statement.Revision}");
        }

        if (statement.Revision != book.Revision + 1)
        {
            Interlocked.Increment(ref gaps);
            return new Taken(409, Expected: book.Revision + 1);
        }

        return Fits(book, statement);
    }

    private Taken? Fits(GroupBook book, Statement statement)
    {
        var name = $"{book.Group} revision {statement.Revision}";
        if (book.PlanOf(statement.Revision) is not { } plan)
        {
            return Refuse($"{name}: a statement about something that nobody asked for");
        }

        var head = book.Head;
        if (head is not null && !statement.Continues(head, out var reason))
        {
            return Refuse($"{name}: {reason}");
        }

        var before = head?.Epoch ?? 0;
        var problem = statement.Roster != plan.Roster.Root ? "the roster is another one than the core's"
            : statement.End != plan.Ends ? "it is final where it must not be, or the other way round"
            : plan.SomebodyLeft && !plan.Ends && before > 0 && statement.Epoch == before ? "somebody left, and the epoch is the same"
            : !plan.SomebodyLeft && before > 0 && statement.Epoch != before ? "nobody left, and the epoch is another one"
            : statement.Epoch == 0 && plan.Roster.Count > 0 ? "there are members, but no epoch"
            : "";
        if (problem.Length > 0)
        {
            return Refuse($"{name}: {problem}");
        }

        if (statement is { Commitment: { } commitment } && commitments.GetOrAdd(commitment, (book.Group, statement.Epoch)) != (book.Group, statement.Epoch))
        {
            return Refuse($"{name}: the commitment of another epoch");
        }

        Interlocked.Add(ref epochs, statement.Epoch > before ? 1 : 0);
        book.Append(statement);
        Interlocked.Increment(ref statements);
        return null;
    }

    private Taken StoreAll(GroupBook book, Statement statement, PostBody post)
    {
        var roster = book.PlanOf(statement.Revision)!.Roster;
        foreach (var posted in post.Envelopes)
        {
            if (!Envelope.TryParse(posted.Jwe, out var envelope, out var problem))
            {
                return Refuse($"{book.Group}: envelope {problem}");
            }

            var header = envelope.Header;
            if (header.Organization != organization || header.Group != book.Group || header.Epoch != statement.Epoch
                || header.Member.Value != posted.Member || header.Kid.ToString() != posted.Kid)
            {
                return Refuse($"{book.Group}: an envelope whose header does not fit its post");
            }

            if (!roster.TryGet(header.Member, out var person) || person.Keys.Hpke != header.Kid || person.Keys.Alg != header.Suite.Name)
            {
                return Refuse($"{book.Group}: an envelope for {header.Member}, who is not in the roster with this key");
            }
        }

        var stored = post.Envelopes.Count(posted => book.TryStore(posted.Member, new StoredEnvelope(post.Epoch, post.Generation, posted.Jwe)));
        Interlocked.Add(ref envelopes, stored);
        if (post.Envelopes.Count > 0)
        {
            keys.Offer(statement, post.Envelopes[0]);
        }

        return new Taken(200, stored, post.Envelopes.Count - stored);
    }

    private Taken Refuse(string problem)
    {
        faults.Add(problem);
        return new Taken(400, Problem: problem);
    }
}
