/** Names by language, so that first and last names mostly go together. Combined at random: no one in particular. */
export type NameGroup = {
  /** Of a thousand patients. */
  readonly share: number
  readonly women: readonly string[]
  readonly men: readonly string[]
  readonly families: readonly string[]
}

const words = (text: string): readonly string[] => text.split(' ')

export const nameGroups: readonly NameGroup[] = [
  {
    share: 430,
    women: words(
      'Anna Lena Marie Sophie Johanna Greta Ida Klara Frieda Charlotte Emma Mia Lina Ella Paula Martha Helga Ingrid Ursula Renate Monika Petra Sabine Birgit Anke Katja Jördis Käthe Annelie Wiebke',
    ),
    men: words(
      'Paul Jonas Felix Lukas Emil Anton Oskar Theo Max Jakob Moritz Konrad Karl Otto Heinz Werner Klaus Dieter Jürgen Günther Rolf Uwe Bernd Frank Stefan Jörg Matthias Sören Thorben Lorenz',
    ),
    families: words(
      'Müller Schneider Fischer Weber Wagner Becker Schäfer Koch Bauer Richter Klein Wolf Schröder Neumann Schwarz Zimmermann Braun Krüger Hartmann Lange Krause Lehmann Köhler Maier Böhm Winter Sommer Vogel Jansen Petersen Hübner Groß Kühn Seidel Brandt Haas Schreiber Graf Dietrich Ziegler',
    ),
  },
  {
    share: 110,
    women: words('Ayşe Fatma Zeynep Elif Emine Hatice Merve Büşra Selin Derya Gül Ebru Aylin Sevgi Pınar'),
    men: words('Mehmet Mustafa Ahmet Ali Hüseyin Hasan İbrahim Murat Emre Can Kerem Yusuf Deniz Onur Serkan'),
    families: words(
      'Yılmaz Kaya Demir Çelik Şahin Yıldız Öztürk Aydın Arslan Doğan Kılıç Aslan Çetin Koç Kurt Özdemir',
    ),
  },
  {
    share: 90,
    women: words('Agnieszka Katarzyna Małgorzata Zofia Hanna Maja Joanna Ewa Krystyna Barbara Elżbieta Dorota'),
    men: words('Piotr Krzysztof Andrzej Tomasz Paweł Michał Marek Wojciech Jakub Szymon Stanisław Zbigniew'),
    families: words(
      'Nowak Kowalczyk Wiśniewska Wójcik Kamiński Lewandowski Zieliński Szymański Woźniak Dąbrowski Kozłowski Mazur',
    ),
  },
  {
    share: 80,
    women: words('Giulia Chiara Francesca Sofia Aurora Martina Rosa Lucia Carmela Teresa Elena Ilaria'),
    men: words('Marco Luca Matteo Alessandro Giuseppe Antonio Salvatore Davide Stefano Roberto Nicolò Vincenzo'),
    families: words('Rossi Russo Ferrari Esposito Bianchi Romano Colombo Ricci Marino Greco Conti Gallo Costa Fontana'),
  },
  {
    share: 70,
    women: words('Camille Léa Chloé Manon Inès Margaux Élodie Amélie Céline Hélène Françoise Geneviève'),
    men: words('Hugo Louis Jules Gabriel Raphaël Théo Étienne François Jérôme Benoît Guillaume André'),
    families: words(
      'Martin Bernard Dubois Moreau Laurent Lefèvre Leroy Roux Fournier Girard Bonnet Lambert Rousseau Mercier',
    ),
  },
  {
    share: 60,
    women: words('Olena Oksana Iryna Natalia Kateryna Tetiana Svitlana Halyna Anastasia Daria'),
    men: words('Oleksandr Andriy Serhiy Mykola Volodymyr Dmytro Bohdan Taras Ivan Maksym'),
    families: words('Shevchenko Kovalenko Bondarenko Tkachenko Kravchenko Oliynyk Lysenko Marchenko Savchenko Melnyk'),
  },
  {
    share: 50,
    women: words('Maria Ana Carmen Lucía Paula Inês Beatriz Catarina Isabel Dolores Pilar Leonor'),
    men: words('José Manuel João Carlos Javier Diego Álvaro Tiago Rui Nuno Andrés Íñigo'),
    families: words(
      'García Fernández Rodríguez López Sánchez Pérez Gómez Silva Santos Ferreira Pereira Oliveira Costa Muñoz',
    ),
  },
  {
    share: 40,
    women: words('Layla Fatima Nour Amina Yasmin Mariam Salma Hala Rania Zainab'),
    men: words('Omar Khaled Youssef Hassan Ahmad Samir Tariq Bilal Karim Nabil'),
    families: words('Haddad Khoury Nasser Mansour Saleh Aziz Farah Hamdan Suleiman Rahman Darwish Qasim'),
  },
  {
    share: 30,
    women: words('Linh Hương Thảo Mai Ngọc Phương Trang Lan Yến Hạnh'),
    men: words('Minh Tuấn Dũng Hùng Nam Quang Huy Đức Bảo Khánh'),
    families: words('Nguyễn Trần Lê Phạm Hoàng Vũ Đặng Bùi Đỗ Ngô'),
  },
  {
    share: 25,
    women: words('Priya Ananya Kavya Meera Lakshmi Sunita Deepa Nisha Asha Divya'),
    men: words('Arjun Rahul Vikram Anil Sanjay Rohan Suresh Karthik Amit Nikhil'),
    families: words('Sharma Patel Iyer Reddy Nair Gupta Singh Rao Menon Desai Kulkarni Banerjee'),
  },
  {
    share: 15,
    women: words('Amara Ngozi Adaeze Chidinma Folake Yetunde Abena Akosua Efua Zola'),
    men: words('Chinedu Emeka Tunde Kwame Kofi Obinna Segun Ifeanyi Yaw Sipho'),
    families: words('Okafor Adeyemi Mensah Okonkwo Boateng Balogun Owusu Nwosu Eze Asante'),
  },
]

export const streets: readonly string[] = [
  'Lindenallee',
  'Am Mühlbach',
  'Birkenweg',
  'Gartenstraße',
  'Alte Gasse',
  'Hafenstraße',
  'Kastanienweg',
  'Marktplatz',
  'Schulstraße',
  'Wiesengrund',
  'Feldweg',
  'Sonnenhang',
  'Kirchgasse',
  'Bahnhofstraße',
  'Uferpromenade',
  'Weinberg',
  'Rosenstraße',
  'Tannenweg',
  'Brunnenplatz',
  'Dammstraße',
]

/** Places and postcodes that are on no map; the clinic stands in the first. */
export const places: readonly (readonly [place: readonly [postcode: string, city: string], weight: number])[] = [
  [['00117', 'Ahrenfeld'], 46],
  [['00118', 'Ahrenfeld-Süd'], 21],
  [['00124', 'Niederlohe'], 12],
  [['00131', 'Kaltwasser'], 9],
  [['00146', 'Großbuchen'], 7],
  [['00152', 'Seehof'], 5],
]

export const insurers: readonly (readonly [name: string, weight: number])[] = [
  ['Meridian', 34],
  ['Nordstern', 27],
  ['Allgemeine', 21],
  ['Aurora Privat', 11],
  ['self-paying', 7],
]
