using System.Diagnostics.CodeAnalysis;

namespace EncryptionService.Client;

/// <summary>Kinds of failure of a call.</summary>
public enum CoreProblemKind
{
    /// <summary>No answer, or one that says "later" (5xx, 429): the same call may do at another time.</summary>
    Unreachable,

    /// <summary>The core said no (4xx).</summary>
    Refused,

    /// <summary>The answer is not one that a core gives: a redirect, too long, or of another shape.</summary>
    NotUnderstood,
}

/// <summary>Why a call came to nothing. All text from outside is cleaned: one line, nothing that a terminal obeys.</summary>
/// <param name="Kind">The kind.</param>
/// <param name="Status">HTTP status; 0 if there was no answer.</param>
/// <param name="Type">The core's word for it, without <c>urn:encryption-service:</c>; empty if it gave none.</param>
/// <param name="Title">What is wrong.</param>
/// <param name="Detail">What can be done about it; may be empty.</param>
public sealed record CoreProblem(CoreProblemKind Kind, int Status, string Type, string Title, string Detail)
{
    internal static CoreProblem NotUnderstood(string title, int status = 200)
        => new(CoreProblemKind.NotUnderstood, status, "", title, "Check the address: what answers there is no core of this version.");

    internal static CoreProblem Unreachable(string title)
        => new(CoreProblemKind.Unreachable, 0, "", title, "Check the address and the network, and try again.");
}

/// <summary>The value that a call brought, or the problem.</summary>
/// <typeparam name="T">What the call brings.</typeparam>
/// <param name="Value">The value; null if there is a problem.</param>
/// <param name="Problem">The problem; null if there is a value.</param>
public readonly record struct CoreAnswer<T>(T? Value, CoreProblem? Problem)
    where T : class
{
    /// <summary>Takes the answer apart.</summary>
    public bool TryGet([NotNullWhen(true)] out T? value, [NotNullWhen(false)] out CoreProblem? problem)
    {
        value = Value;
        problem = Problem;
        return value is not null;
    }

    internal static CoreAnswer<T> Of(T value) => new(value, null);

    internal static CoreAnswer<T> Failed(CoreProblem problem) => new(null, problem);
}
