//! As much of GraphQL as a connector sends: one operation with variables,
//! fields, aliases, arguments, inline fragments. No named fragments.

use serde_json::{Map, Value};

/// One operation.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Request {
    pub(crate) mutation: bool,
    pub(crate) fields: Vec<Field>,
    pub(crate) variables: Value,
}

/// A selected field; variables in its arguments are replaced already.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Field {
    pub(crate) alias: Option<String>,
    pub(crate) name: String,
    pub(crate) args: Map<String, Value>,
    pub(crate) fields: Vec<Field>,
    /// The type of an inline fragment around it.
    pub(crate) on: Option<String>,
}

impl Request {
    /// Reads a request's body; the error is a sentence like the real API's.
    pub(crate) fn read(body: &[u8]) -> Result<Self, String> {
        let body: Value = serde_json::from_slice(body).map_err(|_| "the body is not JSON".to_owned())?;
        let query = body["query"].as_str().ok_or("a query is missing")?;
        let variables = body.get("variables").filter(|v| v.is_object()).cloned().unwrap_or(Value::Object(Map::new()));
        let tokens = tokens(query)?;
        let mut parser = Parser { tokens: &tokens, at: 0, variables: &variables };
        let mutation = parser.operation()?;
        let fields = parser.selection(None)?;
        if parser.at != tokens.len() {
            return Err("one operation at a time, without named fragments".to_owned());
        }
        Ok(Self { mutation, fields, variables })
    }
}

#[derive(Debug, Clone, PartialEq)]
enum Token {
    Name(String),
    Text(String),
    Number(serde_json::Number),
    Mark(char),
    Spread,
}

fn tokens(query: &str) -> Result<Vec<Token>, String> {
    let chars: Vec<char> = query.chars().collect();
    let mut tokens = Vec::new();
    let mut at = 0;
    while let Some(&c) = chars.get(at) {
        let start = at;
        let run = |at: usize, more: fn(char) -> bool| at + chars[at..].iter().take_while(|c| more(**c)).count();
        match c {
            '#' => at = run(at, |c| c != '\n'),
            c if c.is_whitespace() || c == ',' => at += 1,
            '"' => {
                let end = string_end(&chars, at).ok_or("a string is not closed")?;
                let text: String = chars[start..end].iter().collect();
                tokens.push(Token::Text(serde_json::from_str(&text).map_err(|e| e.to_string())?));
                at = end;
            }
            '.' => {
                at = run(at, |c| c == '.');
                tokens.push(Token::Spread);
            }
            c if c.is_ascii_digit() || c == '-' => {
                at = run(at + 1, |c| c.is_ascii_digit() || c == '.');
                let text: String = chars[start..at].iter().collect();
                tokens.push(Token::Number(serde_json::from_str(&text).map_err(|e| e.to_string())?));
            }
            c if c.is_ascii_alphabetic() || c == '_' => {
                at = run(at, |c| c.is_ascii_alphanumeric() || c == '_');
                tokens.push(Token::Name(chars[start..at].iter().collect()));
            }
            mark => {
                tokens.push(Token::Mark(mark));
                at += 1;
            }
        }
    }
    Ok(tokens)
}

/// Index behind the closing quote.
fn string_end(chars: &[char], open: usize) -> Option<usize> {
    let mut at = open + 1;
    loop {
        match chars.get(at)? {
            '\\' => at += 2,
            '"' => return Some(at + 1),
            _ => at += 1,
        }
    }
}

struct Parser<'a> {
    tokens: &'a [Token],
    at: usize,
    variables: &'a Value,
}

impl Parser<'_> {
    /// The head; whether it is a mutation.
    fn operation(&mut self) -> Result<bool, String> {
        if self.peek(&Token::Mark('{')) {
            return Ok(false);
        }
        let kind = self.name()?;
        if !self.peek(&Token::Mark('{')) && !self.peek(&Token::Mark('(')) {
            self.name()?;
        }
        if self.take('(') {
            // Types are the real API's business.
            while !self.take(')') {
                self.next()?;
            }
        }
        match kind.as_str() {
            "query" => Ok(false),
            "mutation" => Ok(true),
            other => Err(format!("{other} is not supported")),
        }
    }

    fn selection(&mut self, on: Option<&str>) -> Result<Vec<Field>, String> {
        self.expect('{')?;
        let mut fields = Vec::new();
        while !self.take('}') {
            if self.peek(&Token::Spread) {
                self.at += 1;
                if self.name()? != "on" {
                    return Err("named fragments are not supported".to_owned());
                }
                let on = self.name()?;
                fields.extend(self.selection(Some(&on))?);
            } else {
                fields.push(self.field(on)?);
            }
        }
        Ok(fields)
    }

    fn field(&mut self, on: Option<&str>) -> Result<Field, String> {
        let first = self.name()?;
        let (alias, name) = if self.take(':') { (Some(first), self.name()?) } else { (None, first) };
        let mut args = Map::new();
        if self.take('(') {
            while !self.take(')') {
                let arg = self.name()?;
                self.expect(':')?;
                let value = self.value()?;
                args.insert(arg, value);
            }
        }
        let fields = if self.peek(&Token::Mark('{')) { self.selection(None)? } else { Vec::new() };
        Ok(Field { alias, name, args, fields, on: on.map(str::to_owned) })
    }

    fn value(&mut self) -> Result<Value, String> {
        match self.next()? {
            Token::Text(text) => Ok(text.into()),
            Token::Number(number) => Ok(Value::Number(number)),
            Token::Name(word) => Ok(match word.as_str() {
                "true" => true.into(),
                "false" => false.into(),
                "null" => Value::Null,
                _ => word.into(),
            }),
            Token::Mark('$') => {
                let name = self.name()?;
                Ok(self.variables.get(&name).cloned().unwrap_or_default())
            }
            Token::Mark('[') => {
                let mut list = Vec::new();
                while !self.take(']') {
                    list.push(self.value()?);
                }
                Ok(list.into())
            }
            Token::Mark('{') => {
                let mut object = Map::new();
                while !self.take('}') {
                    let key = self.name()?;
                    self.expect(':')?;
                    let value = self.value()?;
                    object.insert(key, value);
                }
                Ok(object.into())
            }
            other => Err(format!("unexpected {other:?}")),
        }
    }

    fn next(&mut self) -> Result<Token, String> {
        let token = self.tokens.get(self.at).cloned().ok_or("the query ends too soon")?;
        self.at += 1;
        Ok(token)
    }

    fn name(&mut self) -> Result<String, String> {
        match self.next()? {
            Token::Name(name) => Ok(name),
            other => Err(format!("a name is missing before {other:?}")),
        }
    }

    fn peek(&self, token: &Token) -> bool {
        self.tokens.get(self.at) == Some(token)
    }

    fn take(&mut self, mark: char) -> bool {
        let there = self.peek(&Token::Mark(mark));
        self.at += usize::from(there);
        there
    }

    fn expect(&mut self, mark: char) -> Result<(), String> {
        if self.take(mark) { Ok(()) } else { Err(format!("{mark:?} is missing")) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn read(query: &str, variables: &Value) -> Result<Request, String> {
        Request::read(json!({"query": query, "variables": variables}).to_string().as_bytes())
    }

    #[test]
    fn what_a_connector_sends_is_understood() {
        let request = read(
            "query Find($q: String!) { found: orders(first: 5, query: $q) { nodes { id ... on Order { name } } } }",
            &json!({"q": "name:\"#1\""}),
        )
        .unwrap();
        assert!(!request.mutation);
        let orders = &request.fields[0];
        assert_eq!((orders.alias.as_deref(), orders.name.as_str()), (Some("found"), "orders"));
        assert_eq!(Value::Object(orders.args.clone()), json!({"first": 5, "query": "name:\"#1\""}));
        let nodes = &orders.fields[0].fields;
        assert_eq!((nodes[1].name.as_str(), nodes[1].on.as_deref()), ("name", Some("Order")));
        let inline =
            read("mutation { f(input: {a: [1, -2.5], b: OPEN, c: \"x\\\"y\"}) { id } } # end", &json!({})).unwrap();
        assert!(inline.mutation);
        assert_eq!(inline.fields[0].args["input"], json!({"a": [1, -2.5], "b": "OPEN", "c": "x\"y"}));
    }

    #[test]
    fn what_is_not_graphql_is_an_error_and_no_panic() {
        for bad in
            ["", "{", "query {", "query Q { a(b: ", "query { a \"", "subscription { a }", "{ ...F }", "{ a } { b }"]
        {
            assert!(read(bad, &json!({})).is_err(), "{bad}");
        }
        assert!(Request::read(b"[]").is_err() && Request::read(b"x").is_err());
    }
}
