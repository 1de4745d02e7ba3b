using System.Globalization;
using System.Text;

namespace EncryptionService.Provisioning.Scim;

/// <summary>Kinds of tokens of a filter.</summary>
internal enum FilterTokenKind
{
    End,
    Word,
    Text,
    Number,
    OpenParenthesis,
    CloseParenthesis,
    OpenBracket,
    CloseBracket,
    Wrong,
}

/// <summary>A token. <paramref name="Text"/> is the value of a string, the characters of a word, or what is wrong.</summary>
internal readonly record struct FilterToken(FilterTokenKind Kind, int Position, string Text)
{
    public bool Is(string word) => Kind == FilterTokenKind.Word && Text.Equals(word, StringComparison.OrdinalIgnoreCase);
}

/// <summary>Cuts the text of a filter into tokens, one at a time.</summary>
internal sealed class FilterLexer(string text)
{
    private int next;

    public FilterToken Read()
    {
        while (next < text.Length && text[next] == ' ')
        {
            next++;
        }

        if (next == text.Length)
        {
            return new FilterToken(FilterTokenKind.End, next, "the end");
        }

        var start = next;
        switch (text[start])
        {
            case '(':
                return One(FilterTokenKind.OpenParenthesis);
            case ')':
                return One(FilterTokenKind.CloseParenthesis);
            case '[':
                return One(FilterTokenKind.OpenBracket);
            case ']':
                return One(FilterTokenKind.CloseBracket);
            case '"':
                return ReadText();
            case '-' or (>= '0' and <= '9'):
                return Run(FilterTokenKind.Number, static character => char.IsAsciiLetterOrDigit(character) || character is '-' or '+' or '.');
            case '$' or '.':
            case var letter when char.IsAsciiLetter(letter):
                return Run(FilterTokenKind.Word, IsWordCharacter);
            default:
                return Wrong(start, "a character that no filter has here");
        }
    }

    /// <summary>Characters of attribute paths, with URNs.</summary>
    public static bool IsWordCharacter(char character) => char.IsAsciiLetterOrDigit(character) || character is '-' or '_' or '.' or ':' or '$';

    private FilterToken One(FilterTokenKind kind)
    {
        next++;
        return new FilterToken(kind, next - 1, text[(next - 1)..next]);
    }

    private FilterToken Run(FilterTokenKind kind, Func<char, bool> belongs)
    {
        var start = next;
        while (next < text.Length && belongs(text[next]))
        {
            next++;
        }

        return new FilterToken(kind, start, text[start..next]);
    }

    private FilterToken Wrong(int position, string problem)
    {
        next = text.Length;
        return new FilterToken(FilterTokenKind.Wrong, position, problem);
    }

    /// <summary>A string of JSON (RFC 7644, figure 1: <c>compValue</c>).</summary>
    private FilterToken ReadText()
    {
        var start = next++;
        var value = new StringBuilder();
        while (next < text.Length && text[next] != '"')
        {
            var character = text[next++];
            if (character == '\\' && !TryUnescape(out character))
            {
                return Wrong(next - 1, "no escape of JSON");
            }
            else if (character == '\0' || (char.IsControl(text[next - 1]) && text[next - 1] < ' '))
            {
                return Wrong(next - 1, "a control character in a string");
            }

            value.Append(character);
        }

        if (next == text.Length)
        {
            return Wrong(start, "a string without an end");
        }

        next++;
        var read = value.ToString();
        return HasLoneSurrogate(read) ? Wrong(start, "a lone surrogate in a string") : new FilterToken(FilterTokenKind.Text, start, read);
    }

    private bool TryUnescape(out char character)
    {
        character = next < text.Length ? text[next++] : '?';
        switch (character)
        {
            case '"' or '\\' or '/':
                return true;
            case 'b':
                character = '\b';
                return true;
            case 'f':
                character = '\f';
                return true;
            case 'n':
                character = '\n';
                return true;
            case 'r':
                character = '\r';
                return true;
            case 't':
                character = '\t';
                return true;
            case 'u' when text.Length - next >= 4 && ushort.TryParse(text.AsSpan(next, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var unit):
                character = (char)unit;
                next += 4;
                return true;
            default:
                return false;
        }
    }

    private static bool HasLoneSurrogate(string value)
    {
        for (var index = 0; index < value.Length; index++)
        {
            if (char.IsHighSurrogate(value[index]) && index + 1 < value.Length && char.IsLowSurrogate(value[index + 1]))
            {
                index++;
            }
            else if (char.IsSurrogate(value[index]))
            {
                return true;
            }
        }

        return false;
    }
}
